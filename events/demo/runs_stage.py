"""Plays, dance, opera and comedy."""

from datetime import time

from events.demo import refunds
from events.demo.pricing import fan, one
from events.demo.runs import Night, Run
from events.demo.shapes import (
    FRIDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Day,
    Opening,
)
from events.demo.venues_worldwide import BASEMENT, FAN
from events.models import Segment

THEATRE, COMEDY = Segment.THEATRE, Segment.COMEDY
HALF_PAST_SEVEN, EIGHT, NINE = time(19, 30), time(20), time(21)
MATINEE = time(14, 30)


def _week(weeks: int) -> tuple[Night, ...]:
    """Thursday to Saturday evening and Saturday's matinee."""
    return (
        (THURSDAY, weeks, HALF_PAST_SEVEN),
        (FRIDAY, weeks, HALF_PAST_SEVEN),
        (SATURDAY, weeks, MATINEE),
        (SATURDAY, weeks, HALF_PAST_SEVEN),
    )


RUNS = (
    Run(
        "lighthouse-keeper", "The Lighthouse Keeper's Ledger", "Saltmarket Rooms", FAN,
        (*_week(4), (FRIDAY, 5, HALF_PAST_SEVEN), (SATURDAY, 5, HALF_PAST_SEVEN)), THEATRE,
        "Drama", ("Saltmarket Stage",), "GBP", fan(4400, 3200),
        "Forty years of weather in one ledger, until somebody reads it aloud. A new play for "
        "three actors and a storm.",
        popularity=76, minutes=140, sold=25, refunds=refunds.WEEK,
    ),
    Run(
        "button-musical", "Half a Crown for the Band: a musical", "Saltmarket Rooms", FAN,
        ((WEDNESDAY, 9, HALF_PAST_SEVEN), *_week(9)), THEATRE,
        "Musical", ("Saltmarket Stage", "The Brass Understanding"), "GBP", fan(5200, 3900),
        "A dance hall, a strike and nineteen trombones' worth of trouble. The house's musical of "
        "the year.",
        popularity=73, minutes=150, is_on_sale=False,
        openings=(Opening(day=Day(FRIDAY, 5), at=time(10), name="General sale"),),
    ),
    Run(
        "third-shift", "Third Shift", "The Gantry", FAN,
        (*_week(1), (FRIDAY, 2, HALF_PAST_SEVEN), (SATURDAY, 2, HALF_PAST_SEVEN)), THEATRE,
        "Drama", ("Red Hook Repertory",), "USD", fan(5800, 4400),
        "Six dockworkers, one broken crane, and the longest coffee break in New York. Written in "
        "five weeks, rewritten in one.",
        popularity=67, minutes=110,
    ),
    Run(
        "vetro-fragile", "Fragile: the Weight of Glass", "Teatro Vetreria", FAN,
        ((FRIDAY, 0, EIGHT), (SATURDAY, 0, EIGHT), (SUNDAY, 0, time(16)), (FRIDAY, 1, EIGHT)),
        THEATRE, "Physical theatre", ("Compagnia del Vetro",), "EUR", fan(3200, 2400),
        "Four hundred glasses cross the stage. In eleven years they have dropped six.",
        popularity=55, minutes=75,
    ),
    Run(
        "mill-hamlet", "Hamlet, Without a Blackout", "Divadlo Na Mlýně", FAN,
        ((THURSDAY, 0, time(19)), (FRIDAY, 1, time(19)), (THURSDAY, 3, time(19))), THEATRE,
        "Drama", ("The Mill Players",), "CZK", fan(59000, 42000),
        "The whole play in two hours and full daylight. English surtitles on Thursdays.",
        popularity=48, minutes=125,
    ),
    Run(
        "lindenhof-figaro", "Figaro for Twelve Voices", "Kammersaal Lindenhof", FAN,
        ((WEDNESDAY, 1, time(19)), (FRIDAY, 1, time(19)), (SUNDAY, 1, time(17))), THEATRE,
        "Opera", ("Lindenhof Ensemble", "Pelikan Quartett"), "EUR", fan(6400, 4800),
        "Mozart in a room where you can see the singers breathe. Nobody sits further back than "
        "row eight.",
        popularity=65, minutes=165, sold=16,
    ),
    Run(
        "jacaranda-suelo", "Suelo: a dance for eleven", "Foro Jacaranda", FAN,
        ((FRIDAY, 5, HALF_PAST_SEVEN), (SATURDAY, 5, HALF_PAST_SEVEN)), THEATRE, "Dance",
        ("Ballet Jacaranda",), "MXN", fan(55000, 40000),
        "They lay the floor, they dance on it, they take it up again. What is left is dust and "
        "applause.",
        popularity=42, minutes=70,
    ),
    Run(
        "kathak-thunder", "Thunder, Counted", "Kala Ghar", FAN,
        ((FRIDAY, 1, HALF_PAST_SEVEN), (SATURDAY, 1, HALF_PAST_SEVEN), (SUNDAY, 2, time(18))),
        THEATRE, "Dance", ("Kathak Collective",), "INR", fan(150000, 100000),
        "Sixteen beats, nine dancers, one monsoon. The tabla player still has not blinked.",
        popularity=51, minutes=80,
    ),
    Run(
        "pemberton-diagrams", "Gus Pemberton: With Diagrams", "The Coal Hole", BASEMENT,
        ((FRIDAY, 0, EIGHT), (SATURDAY, 0, EIGHT), (FRIDAY, 3, EIGHT)), COMEDY, "Stand-up",
        ("Gus Pemberton",), "GBP", one(1600),
        "Inflation, gravity and the offside rule, explained by a man with an overhead projector "
        "and no training.",
        popularity=53, minutes=75, sold=40,
    ),
    Run(
        "half-cut-appraisal", "The Half Cut: Annual Appraisal", "The Coal Hole", BASEMENT,
        ((THURSDAY, 1, EIGHT), (FRIDAY, 1, EIGHT), (SATURDAY, 1, EIGHT)), COMEDY, "Sketch",
        ("The Half Cut",), "GBP", one(1500),
        "Sketches about offices. Human Resources has asked for two seats in row C.",
        popularity=41, minutes=70,
    ),
    Run(
        "scully-aunts", "Maeve Scully: Nine Aunts", "The Gantry", FAN,
        ((WEDNESDAY, 0, EIGHT), (TUESDAY, 5, EIGHT)), COMEDY, "Stand-up", ("Maeve Scully",),
        "USD", fan(3600, 2900),
        "One hour, nine aunts, two weddings and a letter from a solicitor. It is all true, which "
        "is the defence.",
        popularity=60, minutes=70,
    ),
    Run(
        "malhotra-boarding", "Dev Malhotra: Now Boarding", "Kala Ghar", FAN,
        ((THURSDAY, 0, EIGHT), (FRIDAY, 0, EIGHT), (THURSDAY, 4, EIGHT)), COMEDY, "Stand-up",
        ("Dev Malhotra",), "INR", fan(120000, 90000),
        "Please listen carefully, even if you fly often. Hindi and English, sometimes in one "
        "announcement.",
        popularity=57, minutes=80,
    ),
    Run(
        "brandt-pausen", "Lotte Brandt: Pausen", "Klub Dachkante", "Floor and balcony",
        ((TUESDAY, 1, EIGHT), (TUESDAY, 2, EIGHT)), COMEDY, "Stand-up", ("Lotte Brandt",), "EUR",
        one(2200),
        "An hour of deadpan in two languages. The pauses are in German and last as long as they "
        "need.",
        popularity=49, minutes=70,
    ),
    Run(
        "calloway-rewind", "Rita Calloway: Be Kind, Rewind", "Hatch Lane Auditorium", FAN,
        ((FRIDAY, 0, EIGHT), (FRIDAY, 4, EIGHT)), COMEDY, "Storytelling", ("Rita Calloway",),
        "USD", fan(3300, 2700),
        "Nineteen years behind the counter of the last video shop in Tennessee, late fees "
        "included.",
        popularity=47, minutes=85,
    ),
)  # fmt: skip
