"""Shows in the houses of Europe."""

from datetime import time, timedelta

from events.demo import refunds
from events.demo.shapes import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Day,
    DemoShow,
    Opening,
    Price,
    Room,
)
from events.models import Segment

SHOWS = (
    DemoShow(
        key="two-banks-sea",
        name="Orchestre des Deux Rives: The Sea, Three Times",
        venue="Salle des Tilleuls",
        map="Concert",
        day=Day(FRIDAY, weeks=3),
        at=time(20, 0),
        minutes=120,
        segment=Segment.CONCERT,
        genre="Classical",
        performers=("Orchestre des Deux Rives", "Hélène Barthas"),
        currency="EUR",
        prices=(
            Price("Parterre", 4300, 250, 250, where=("Parterre",)),
            Price("Balcony", 2600, 150, 150),
        ),
        description=(
            "Three composers look at the same water: one from the shore, one from a boat, one "
            "from memory. Hélène Barthas takes the last movement slower than anyone dares.\n\n"
            "Every seat of the hall is on sale. An introduction in the foyer at 19:15."
        ),
        refunds=refunds.WEEK,
        popularity=45,
    ),
    DemoShow(
        key="kurzschluss-all-night",
        name="Kurzschluss Kollektiv, all night",
        venue="Klub Dachkante",
        map="Floor and balcony",
        day=Day(SATURDAY, weeks=0),
        at=time(23, 0),
        minutes=360,
        segment=Segment.CONCERT,
        genre="Electronic",
        performers=("Kurzschluss Kollektiv", "Mirela Sand"),
        currency="EUR",
        prices=(
            Price("Floor", 2100, 180, 160, where=("Floor",)),
            Price("Balcony seat", 2700, 230, 200),
        ),
        description=(
            "They switch the lamp on at eleven. After that there is no timetable, only rules: no "
            "phones on the floor, water is free, and whoever is last helps to stack the chairs."
        ),
        refunds=refunds.NONE,
        doors=0,
        sold=40,
        popularity=61,
    ),
    DemoShow(
        key="mirela-sand-harbours",
        name="Mirela Sand: Harbours",
        venue="Klub Dachkante",
        map="Floor and balcony",
        day=Day(THURSDAY, weeks=4),
        at=time(21, 0),
        minutes=120,
        segment=Segment.CONCERT,
        genre="Electronic",
        performers=("Mirela Sand",),
        currency="EUR",
        prices=(
            Price("Floor", 1800, 160, 140, where=("Floor",)),
            Price("Balcony seat", 2300, 200, 180),
        ),
        description=(
            "Rotterdam, Constanța, Oslo, at three in the morning each: cranes, gulls, engines, "
            "and under it all a beat that takes twenty minutes to arrive."
        ),
        refunds=refunds.DAYS,
        openings=(Opening(after=timedelta(minutes=12), name="General sale"),),
        popularity=38,
        room=Room(admit_per_second=5, has_draw=True),
    ),
    DemoShow(
        key="tomasz-wilk-uncle",
        name="Tomasz Wilk: My Uncle's Boat",
        venue="The Tide Room",
        map="Ninety-six seats",
        day=Day(FRIDAY, weeks=0),
        at=time(20, 0),
        minutes=60,
        segment=Segment.COMEDY,
        genre="Storytelling",
        performers=("Tomasz Wilk",),
        currency="GBP",
        prices=(Price("Unreserved price", 1400, 140, 0),),
        description=(
            "In 1988 his uncle won a boat in a card game and had nowhere to put it. The rest is "
            "true as well."
        ),
        refunds=refunds.NONE,
        doors=30,
        sold=96,
        popularity=41,
    ),
    DemoShow(
        key="the-understudies-hamlet",
        name="The Understudies do not know Hamlet",
        venue="The Tide Room",
        map="Ninety-six seats",
        day=Day(SATURDAY, weeks=1),
        at=time(21, 0),
        minutes=70,
        segment=Segment.COMEDY,
        genre="Improv",
        performers=("The Understudies",),
        currency="GBP",
        prices=(Price("Unreserved price", 1200, 120, 0),),
        description=(
            "You bring a line from a play. They act everything between the lines, badly informed "
            "and fully committed."
        ),
        refunds=refunds.NONE,
        doors=30,
        sold=91,
        popularity=30,
    ),
    DemoShow(
        key="tomasz-wilk-new",
        name="Tomasz Wilk tries new stories",
        venue="The Tide Room",
        map="Ninety-six seats",
        day=Day(MONDAY, weeks=2),
        at=time(19, 30),
        minutes=60,
        segment=Segment.COMEDY,
        genre="Storytelling",
        performers=("Tomasz Wilk", "Priya Raman"),
        currency="GBP",
        prices=(Price("Try-out price", 700, 80, 0),),
        description="Some of them end. Priya Raman stops him when they do not.",
        refunds=refunds.NONE,
        doors=30,
        sold=10,
        popularity=15,
    ),
    DemoShow(
        key="azahar-tablao",
        name="Compañía Azahar: Suelo",
        venue="Teatro Limonar",
        map="Playhouse",
        day=Day(WEDNESDAY, weeks=2),
        at=time(20, 30),
        minutes=95,
        segment=Segment.THEATRE,
        genre="Flamenco",
        performers=("Compañía Azahar",),
        currency="EUR",
        prices=(
            Price("Stalls", 3600, 200, 200, where=("Stalls",)),
            Price("Gallery", 2200, 130, 120),
        ),
        description=(
            "A wooden floor, two guitars, and a grandmother who decides when it is over. Suelo "
            "means floor. You will feel it in your chair."
        ),
        refunds=refunds.WEEK,
        sold=20,
        popularity=28,
    ),
    DemoShow(
        key="azahar-presale",
        name="Compañía Azahar: Three Generations",
        venue="Teatro Limonar",
        map="Playhouse",
        day=Day(SUNDAY, weeks=8),
        at=time(19, 0),
        minutes=110,
        segment=Segment.THEATRE,
        genre="Flamenco",
        performers=("Compañía Azahar",),
        currency="EUR",
        prices=(
            Price("Stalls", 4200, 230, 230, where=("Stalls",)),
            Price("Gallery", 2600, 150, 150),
        ),
        description=(
            "Once a year all three generations dance on one evening. Friends of the house buy "
            "first, with the word from their letter: the demo's word is LIMON."
        ),
        refunds=refunds.WEEK,
        openings=(
            Opening(after=timedelta(days=-1), code="LIMON", name="Friends of the house", limit=4),
            Opening(day=Day(TUESDAY, 1), at=time(11), name="General sale"),
        ),
        popularity=24,
    ),
    DemoShow(
        key="fjellrev-storm",
        name="Fjellrev: Songs for Bad Weather",
        venue="Sjøbua Scene",
        map="Standing",
        day=Day(FRIDAY, weeks=6),
        at=time(20, 0),
        minutes=100,
        segment=Segment.CONCERT,
        genre="Folk",
        performers=("Fjellrev",),
        currency="NOK",
        prices=(
            Price("Floor", 32000, 2500, 3500, where=("Floor",)),
            Price("Gallery", 38000, 3000, 4000),
        ),
        description=(
            "If it storms outside, they open the doors to the quay and play along. If it does "
            "not, the drummer has a sheet of tin."
        ),
        refunds=refunds.DAYS,
        sold=20,
        popularity=19,
    ),
)
