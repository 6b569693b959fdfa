"""Concerts in the houses that are in `venues_worldwide`, and a few in the older ones."""

from datetime import time, timedelta

from events.demo import refunds
from events.demo.pricing import bowl, fan, one
from events.demo.runs import Run
from events.demo.shapes import (
    FRIDAY,
    MONDAY,
    OPEN,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Day,
    Opening,
    Room,
)
from events.demo.venues_worldwide import BOWL, FAN, FLOOR, SMALL
from events.models import Segment

CONCERT = Segment.CONCERT
EIGHT, HALF_PAST_EIGHT, NINE = time(20), time(20, 30), time(21)

RUNS = (
    Run(
        "ottoline-grey-small", "Ottoline Grey at the Small Piano", "Saltmarket Rooms", SMALL,
        ((SATURDAY, 3, EIGHT),), CONCERT, "Singer-songwriter", ("Ottoline Grey",), "GBP",
        one(3200),
        "Two hundred people, one upright piano that she refuses to have tuned, and requests "
        "taken from a hat.",
        popularity=88, refunds=refunds.WEEK, room=Room(admit_per_second=20),
    ),
    Run(
        "pelikan-two-hundred", "Pelikan Quartett: Late Beethoven by Candle",
        "Kammersaal Lindenhof", SMALL,
        ((FRIDAY, 4, time(19, 30)),), CONCERT, "Chamber music", ("Pelikan Quartett",), "EUR",
        one(4500),
        "Opus 131 in one breath, no interval, two hundred seats. The candles are real and so is "
        "the fire officer.",
        popularity=80, minutes=60, refunds=refunds.WEEK,
        room=Room(admit_per_second=1, tunes_itself=False),
    ),
    Run(
        "copper-wren-trains", "Copper Wren: All Stations", "Saltmarket Rooms", FAN,
        ((THURSDAY, 0, EIGHT), (FRIDAY, 0, EIGHT), (SATURDAY, 0, EIGHT)), CONCERT, "Indie rock",
        ("Copper Wren", "Static Orchard"), "GBP", fan(2800, 2200),
        "Three nights in their favourite room, with a different guest drummer each time and the "
        "train song twice.",
        popularity=79, sold=30,
    ),
    Run(
        "brass-understanding-monday", "The Brass Understanding: Monday Rehearsal",
        "Saltmarket Rooms", FAN,
        ((MONDAY, 0, time(19)), (MONDAY, 2, time(19))), CONCERT, "Jazz",
        ("The Brass Understanding",), "GBP", one(1200),
        "They rehearse on Mondays anyway. Come in, sit down, and hear things go wrong before "
        "they go right.",
        popularity=46,
    ),
    Run(
        "low-tide-porch", "Low Tide Parade on the Porch", "Levee Street Hall", FLOOR,
        tuple((SUNDAY, weeks, time(18)) for weeks in (0, 1, 3)), CONCERT, "Brass band",
        ("Low Tide Parade",), "USD", one(1800),
        "Sunday evening, doors to the river open, red beans on the stove. The parade leaves the "
        "porch at eight sharp.",
        popularity=62, sold=12,
    ),
    Run(
        "hollis-levee", "Delta Hollis: Slow Water Blues", "Levee Street Hall", FLOOR,
        ((FRIDAY, 1, NINE), (SATURDAY, 1, NINE)), CONCERT, "Blues", ("Delta Hollis",), "USD",
        one(2400),
        "One guitar, one chair, one amplifier that hums in the key of E. She starts when it is "
        "warm.",
        popularity=57,
    ),
    Run(
        "brass-understanding-nola", "The Brass Understanding meets Low Tide Parade",
        "Levee Street Hall", FLOOR,
        ((SATURDAY, 4, EIGHT), (SUNDAY, 4, time(17))), CONCERT, "Jazz",
        ("The Brass Understanding", "Low Tide Parade"), "USD", one(3000),
        "Nineteen from London, seven from round the corner, and nobody has agreed who leads.",
        popularity=68,
    ),
    Run(
        "static-orchard-yard", "Static Orchard: Feedback Picnic", "Mockingbird Lot", FLOOR,
        ((SATURDAY, 1, time(19)), (SUNDAY, 1, time(17)), (SATURDAY, 8, time(19))), CONCERT,
        "Indie rock", ("Static Orchard",), "USD", one(2200),
        "Bring a blanket and your ears' best friends. The neighbours sing the last song; some of "
        "them can.",
        popularity=66,
    ),
    Run(
        "jonah-vale-yard", "Jonah Vale and the Long Drive Home", "Mockingbird Lot", FLOOR,
        ((FRIDAY, 6, EIGHT), (SATURDAY, 6, EIGHT)), CONCERT, "Country", ("Jonah Vale",), "USD",
        one(3400),
        "New songs about the old road, and the old ones about the new road. With fiddle and "
        "steel.",
        popularity=60,
    ),
    Run(
        "ansel-roe-one-mic", "Ansel & Roe: One Microphone", "Hatch Lane Auditorium", FAN,
        ((WEDNESDAY, 0, time(19, 30)), (THURSDAY, 0, time(19, 30)), (FRIDAY, 2, EIGHT)), CONCERT,
        "Folk", ("Ansel & Roe",), "USD", fan(4200, 3400),
        "They stand so close that the record company worries. An evening of songs that fit into "
        "one microphone.",
        popularity=72, sold=18,
    ),
    Run(
        "jonah-vale-hatch", "Jonah Vale: The Stay-at-Home Tour", "Hatch Lane Auditorium", FAN,
        ((SATURDAY, 2, EIGHT), (SUNDAY, 2, time(15))), CONCERT, "Country",
        ("Jonah Vale", "Ansel & Roe"), "USD", fan(5600, 4400),
        "He plays his own town and goes home on foot. Ansel & Roe join for the hymns.",
        popularity=74,
    ),
    Run(
        "night-ferry-dublin", "Night Ferry: Shipping Forecast", "Liffey Basin Arena", BOWL,
        ((FRIDAY, 3, EIGHT), (SATURDAY, 3, EIGHT)), CONCERT, "Rock", ("Night Ferry",), "EUR",
        bowl(5400, 4200),
        "In the round, with the whole new record and a barometer that decides the encore.",
        popularity=85, sold=40, refunds=refunds.WEEK,
    ),
    Run(
        "night-ferry-amsterdam", "Night Ferry: Shipping Forecast", "Pakhuis Noord", FLOOR,
        ((TUESDAY, 4, HALF_PAST_EIGHT), (WEDNESDAY, 4, HALF_PAST_EIGHT)), CONCERT, "Rock",
        ("Night Ferry", "Zwaluw"), "EUR", one(3600),
        "Across the water by the free ferry, which is the right way to arrive. Zwaluw open.",
        popularity=70, is_on_sale=False,
        openings=(Opening(day=Day(FRIDAY, 1), at=time(10), name="General sale"),),
    ),
    Run(
        "zwaluw-home", "Zwaluw: Home Again", "Pakhuis Noord", FLOOR,
        ((FRIDAY, 0, HALF_PAST_EIGHT), (SATURDAY, 7, HALF_PAST_EIGHT)), CONCERT, "Indie pop",
        ("Zwaluw",), "EUR", one(2300),
        "Two years, forty cities, one cello in the hold. The last song is for the customs "
        "officer.",
        popularity=54,
    ),
    Run(
        "noor-records", "Noor van Dijk: Records Only", "Pakhuis Noord", FLOOR,
        ((SATURDAY, 0, time(22)), (SATURDAY, 5, time(22))), CONCERT, "House",
        ("Noor van Dijk",), "EUR", one(2100),
        "Six hours, two turntables, no laptop. Cloakroom included, because coats do not dance.",
        popularity=69, minutes=360, doors=0,
    ),
    Run(
        "pelikan-cycle", "Pelikan Quartett: Old and New", "Kammersaal Lindenhof", FAN,
        tuple((SUNDAY, weeks, time(11)) for weeks in (0, 2, 4)), CONCERT, "Chamber music",
        ("Pelikan Quartett",), "EUR", fan(3900, 2900),
        "A matinee with one quartet that you know and one whose ink is drying. Coffee before, "
        "questions after.",
        popularity=50, minutes=80,
    ),
    Run(
        "falcao-cais", "Beatriz Falcão: Sem Microfone", "Armazém do Cais", FAN,
        ((THURSDAY, 0, HALF_PAST_EIGHT), (FRIDAY, 0, HALF_PAST_EIGHT), (FRIDAY, 5, NINE)),
        CONCERT, "Fado", ("Beatriz Falcão",), "EUR", fan(2900, 2300),
        "No microphone, no dust, lights low enough that strangers share a table lamp.",
        popularity=63, sold=10,
    ),
    Run(
        "karavan-yard", "Karavan Sound: Bass in the Yard", "Signal Hill Yard", FLOOR,
        ((FRIDAY, 0, time(19)), (SATURDAY, 0, time(19)), (SATURDAY, 9, time(19))), CONCERT,
        "Dub", ("Karavan Sound",), "ZAR", one(28000),
        "The van with the speaker comes home to the hill. Stand near it and you will know your "
        "ribs by name.",
        popularity=58,
    ),
    Run(
        "mokoena-sundown", "Thabo Mokoena Sextet: Sundown Set", "Signal Hill Yard", FLOOR,
        ((SUNDAY, 0, time(17, 30)), (SUNDAY, 3, time(17, 30))), CONCERT, "Jazz",
        ("Thabo Mokoena Sextet",), "ZAR", one(24000),
        "Township jazz while the mountain turns pink. Bring somebody's grandmother.",
        popularity=52,
    ),
    Run(
        "deshpande-dawn", "Anaya Deshpande: Until the Last Train", "Kala Ghar", FAN,
        ((SATURDAY, 0, NINE), (SATURDAY, 4, NINE)), CONCERT, "Indian classical",
        ("Anaya Deshpande",), "INR", fan(180000, 120000),
        "A raga for the hour, then electronics for the platform. Ends in time for the 00:31 to "
        "Virar.",
        popularity=59, minutes=200,
    ),
    Run(
        "faroles-patio", "Los Faroles: Cumbia de Patio", "Foro Jacaranda", FLOOR,
        ((FRIDAY, 0, NINE), (SATURDAY, 0, NINE), (SATURDAY, 3, NINE)), CONCERT,
        "Latin", ("Los Faroles",), "MXN", one(42000),
        "Nine musicians, one courtyard, lamps in the tree. The floor is tiled; wear shoes that "
        "forgive.",
        popularity=64,
    ),
    Run(
        "quintero-boleros", "Maribel Quintero: Boleros de Cocina", "Foro Jacaranda", FAN,
        ((THURSDAY, 2, HALF_PAST_EIGHT), (SUNDAY, 3, time(18))), CONCERT, "Latin",
        ("Maribel Quintero",), "MXN", fan(68000, 52000),
        "Sung as if across a kitchen table. The trio has promised to keep the pans quiet.",
        popularity=56,
    ),
    Run(
        "copper-wren-gantry", "Copper Wren: All Stations", "The Gantry", FLOOR,
        ((WEDNESDAY, 8, EIGHT),), CONCERT, "Indie rock", ("Copper Wren",), "USD", one(2900),
        "Their first night in Brooklyn. The train song has been translated into subway.",
        popularity=61, is_on_sale=False,
        openings=(
            Opening(after=timedelta(hours=26), code="WRENS", name="Fan presale", limit=4),
            Opening(day=Day(FRIDAY, 1), at=time(10), name="General sale"),
        ),
    ),
    Run(
        "quintero-madrid", "Maribel Quintero in Madrid", "Teatro Limonar", "Playhouse",
        ((TUESDAY, 7, EIGHT),), CONCERT, "Latin", ("Maribel Quintero",), "EUR", one(3800),
        "Boleros under the lemon trees, which are painted, and a trio that is not.",
        popularity=44, openings=(OPEN,),
    ),
)  # fmt: skip
