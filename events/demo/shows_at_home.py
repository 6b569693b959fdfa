"""Shows in the houses of North America."""

from datetime import time, timedelta

from events.demo import refunds
from events.demo.shapes import (
    FRIDAY,
    OPEN,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Day,
    DemoShow,
    Opening,
    Price,
)
from events.models import Segment

ARENA_PRICES = (
    Price("Floor seats", 11200, 1550, 750, where=("Floor",)),
    Price("Lower bowl", 7600, 1080, 520, where=("Lower bowl",)),
    Price("Upper bowl", 3600, 560, 290),
)
THEATRE_PRICES = (
    Price("Stalls", 7400, 820, 480, where=("Stalls",)),
    Price("Circle", 5800, 640, 360, where=("Circle",)),
    Price("Boxes, side view", 4200, 460, 240, where=("Boxes",)),
    Price("Balcony", 2700, 300, 200),
)

SHOWS = (
    DemoShow(
        key="velvet-orchard-arena",
        name="Velvet Orchard: The Long Way Home",
        venue="Foundry Lane Arena",
        map="Concert, end stage",
        day=Day(SATURDAY, weeks=5),
        at=time(20, 0),
        minutes=165,
        segment=Segment.CONCERT,
        genre="Indie rock",
        performers=("Velvet Orchard", "Nadia Okonjo"),
        currency="USD",
        prices=ARENA_PRICES,
        description=(
            "The largest room that they have ever played, and the last night of the tour. They "
            "promise the whole of the new record, the old ones that you shout for, and a brass "
            "section that has only been rehearsing for a week.\n\n"
            "Nadia Okonjo opens, alone, at eight sharp. Come for her."
        ),
        refunds=refunds.WEEK,
        doors=90,
        sold=110,
        popularity=98,
    ),
    DemoShow(
        key="velvet-orchard-arena-extra",
        name="Velvet Orchard: The Long Way Home, second night",
        venue="Foundry Lane Arena",
        map="Concert, end stage",
        day=Day(SUNDAY, weeks=5),
        at=time(19, 0),
        minutes=165,
        segment=Segment.CONCERT,
        genre="Indie rock",
        performers=("Velvet Orchard",),
        currency="USD",
        prices=ARENA_PRICES,
        description=(
            "The first night went faster than anybody thought, so the band asked for the keys "
            "until Monday. Same songs, other order."
        ),
        refunds=refunds.WEEK,
        openings=(
            Opening(
                day=Day(WEDNESDAY, 1), at=time(10), code="ORCHARD", name="Fan presale", limit=4
            ),
            Opening(day=Day(FRIDAY, 2), at=time(10), name="General sale"),
        ),
        doors=90,
        popularity=70,
        is_on_sale=False,
    ),
    DemoShow(
        key="wind-hawks-ghosts",
        name="Chicago Wind Hawks v Duluth Lakers' Ghosts",
        venue="Foundry Lane Arena",
        map="Ice rink",
        day=Day(THURSDAY, weeks=9),
        at=time(19, 30),
        minutes=150,
        segment=Segment.SPORT,
        genre="Ice hockey",
        performers=("Chicago Wind Hawks", "Duluth Lakers' Ghosts"),
        currency="USD",
        prices=(
            Price("Lower bowl", 4400, 620, 280, where=("Lower bowl",)),
            Price("Upper bowl", 1900, 270, 130),
        ),
        description=(
            "The game that both benches have circled. Last time it went to seven rounds of "
            "penalty shots and nobody in row 12 sat down after the second period.\n\n"
            "Skates for hire on the small rink outside until six."
        ),
        refunds=refunds.DAYS,
        openings=(Opening(day=Day(FRIDAY, 4), at=time(10), name="General sale"),),
        popularity=64,
        is_on_sale=False,
    ),
    DemoShow(
        key="the-winters-guest",
        name="The Winter Guest at Number Nine",
        venue="Marlow and Finch Theatre",
        map="Proscenium",
        day=Day(FRIDAY, weeks=1),
        at=time(19, 30),
        minutes=140,
        segment=Segment.THEATRE,
        genre="Drama",
        performers=("Rooks & Kings",),
        currency="USD",
        prices=THEATRE_PRICES,
        description=(
            "A lodger arrives in a snowstorm with one suitcase and the wrong address. By morning "
            "every door of the house is open and somebody has to say so. Rooks & Kings build the "
            "house on stage, with you watching, and take it down again.\n\n"
            "Two hours and twenty minutes with one interval. Haze and one very loud door."
        ),
        refunds=refunds.WEEK,
        doors=45,
        sold=64,
        popularity=52,
    ),
    DemoShow(
        key="the-winters-guest-matinee",
        name="The Winter Guest at Number Nine (relaxed matinee)",
        venue="Marlow and Finch Theatre",
        map="Proscenium",
        day=Day(SATURDAY, weeks=2),
        at=time(14, 30),
        minutes=140,
        segment=Segment.THEATRE,
        genre="Drama",
        performers=("Rooks & Kings",),
        currency="USD",
        prices=THEATRE_PRICES,
        description=(
            "The same play with the house lights half up, the door less loud, and nobody minding "
            "if you come and go. Signed in American Sign Language."
        ),
        refunds=refunds.WEEK,
        doors=45,
        sold=18,
        popularity=21,
    ),
    DemoShow(
        key="juniper-slate-workshop",
        name="Juniper Slate: Things That Were Trees",
        venue="Alder Yard",
        map="Workshop",
        day=Day(THURSDAY, weeks=2),
        at=time(19, 0),
        minutes=75,
        segment=Segment.CONCERT,
        genre="Experimental",
        performers=("Juniper Slate",),
        currency="USD",
        prices=(Price("Standing", 2200, 240, 60),),
        description=(
            "Forty people around one workbench. She plays what she finished that afternoon, and "
            "explains afterwards why it broke. Ear plugs are at the door and you will not need "
            "them."
        ),
        refunds=refunds.NONE,
        doors=30,
        limit=4,
        popularity=12,
    ),
    DemoShow(
        key="queen-street-brass-free",
        name="Queen Street Brass in the square",
        venue="Halden Square",
        map="Open air",
        day=Day(SUNDAY, weeks=1),
        at=time(15, 0),
        minutes=90,
        segment=Segment.FAMILY,
        genre="Brass band",
        performers=("Queen Street Brass",),
        currency="CAD",
        prices=(Price("Free place", 0),),
        description=(
            "Twenty people with brass in their hands and no plan. The city pays, the square is "
            "yours; a ticket only makes sure that there is room. Bring a saucepan if you want to "
            "join in."
        ),
        refunds=refunds.FREE,
        doors=30,
        limit=4,
        sold=28,
        popularity=26,
    ),
    DemoShow(
        key="queen-street-brass-lanterns",
        name="Queen Street Brass by lantern light",
        venue="Halden Square",
        map="Open air",
        day=Day(TUESDAY, weeks=4),
        at=time(18, 30),
        minutes=80,
        segment=Segment.CONCERT,
        genre="Brass band",
        performers=("Queen Street Brass", "Nadia Okonjo"),
        currency="CAD",
        prices=(Price("Standing", 1500, 150, 215),),
        description="The quiet set: hymns, two polkas, and one song that nobody will admit to.",
        refunds=refunds.DAYS,
        openings=(Opening(after=timedelta(hours=26), name="General sale"),),
        doors=30,
        popularity=9,
    ),
    DemoShow(
        key="priya-raman-boston",
        name="Priya Raman: Gross Income",
        venue="Marlow and Finch Theatre",
        map="Proscenium",
        day=Day(WEDNESDAY, weeks=3),
        at=time(20, 0),
        minutes=80,
        segment=Segment.COMEDY,
        genre="Stand-up",
        performers=("Priya Raman",),
        currency="USD",
        prices=(
            Price("Stalls and boxes", 3900, 430, 270, where=("Stalls", "Boxes")),
            Price("Circle and balcony", 2800, 310, 190),
        ),
        description=(
            "Nine years of other people's receipts have given her a certain view of mankind. One "
            "hour twenty, no interval, deductible in some states."
        ),
        refunds=refunds.DAYS,
        openings=(OPEN,),
        doors=45,
        sold=24,
        popularity=33,
    ),
)
