"""Shows in the houses of Asia, the Gulf, South America and Australia."""

from datetime import time

from events.demo import refunds
from events.demo.shapes import (
    FRIDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    WEDNESDAY,
    Day,
    DemoShow,
    Opening,
    Price,
)
from events.models import Segment

SHOWS = (
    DemoShow(
        key="ishikawa-trio-autumn",
        name="Ishikawa Saburō Trio: Between the Notes",
        venue="Kawabe Hall",
        map="Playhouse",
        day=Day(SATURDAY, weeks=3),
        at=time(18, 30),
        minutes=105,
        segment=Segment.CONCERT,
        genre="Jazz",
        performers=("Ishikawa Saburō Trio",),
        currency="JPY",
        prices=(
            Price("Stalls", 6300, 500, 700, where=("Stalls",)),
            Price("Gallery", 4100, 400, 500),
        ),
        description=(
            "Twenty-eight years together, and they still wait for each other. The second set is "
            "played without microphones; please unwrap your sweets during the first."
        ),
        refunds=refunds.WEEK,
        doors=45,
        sold=30,
        popularity=34,
    ),
    DemoShow(
        key="ishikawa-trio-late",
        name="Ishikawa Saburō Trio: the late set",
        venue="Kawabe Hall",
        map="Playhouse",
        day=Day(SUNDAY, weeks=7),
        at=time(21, 0),
        minutes=70,
        segment=Segment.CONCERT,
        genre="Jazz",
        performers=("Ishikawa Saburō Trio",),
        currency="JPY",
        prices=(Price("Any seat", 4600, 400, 500),),
        description="Ballads only, lights out, last train guaranteed: they stop at 22:10.",
        refunds=refunds.WEEK,
        openings=(Opening(day=Day(SATURDAY, 3), at=time(10), name="General sale"),),
        doors=30,
        popularity=17,
        is_on_sale=False,
    ),
    DemoShow(
        key="acacias-festival",
        name="Acácias ao Vivo",
        venue="Parque das Acácias",
        map="Festival field",
        day=Day(SATURDAY, weeks=10),
        at=time(14, 0),
        minutes=600,
        segment=Segment.FESTIVAL,
        genre="Brazilian music",
        performers=("Samba do Quintal", "Lívia Prado", "Mirela Sand"),
        currency="BRL",
        prices=(
            Price("Front field", 28000, 2800, 1200, where=("Front field",)),
            Price("Field", 16000, 1600, 700),
        ),
        description=(
            "Ten hours, two stages, one very large tree. Samba do Quintal play when the sun goes "
            "down, because they have promised to. Water is free; bring a hat and a friend who "
            "knows the words."
        ),
        refunds=refunds.WEEK,
        doors=120,
        sold=36,
        popularity=56,
    ),
    DemoShow(
        key="paper-kangaroo-storm",
        name="Paper Kangaroo Puppets: The Storm in the Drawer",
        venue="Wharf Studio 3",
        map="Ninety-six seats",
        day=Day(SUNDAY, weeks=2),
        at=time(11, 0),
        minutes=50,
        segment=Segment.FAMILY,
        genre="Puppetry",
        performers=("Paper Kangaroo Puppets",),
        currency="AUD",
        prices=(Price("Everybody", 2400, 250, 250),),
        description=(
            "A storm has been folded up in a drawer since 1952. Today somebody opens it. For "
            "three-year-olds and up; babies in arms need no ticket."
        ),
        refunds=refunds.DAYS,
        doors=20,
        sold=34,
        popularity=23,
    ),
    DemoShow(
        key="paper-kangaroo-storm-late",
        name="Paper Kangaroo Puppets: The Storm in the Drawer (afternoon)",
        venue="Wharf Studio 3",
        map="Ninety-six seats",
        day=Day(SUNDAY, weeks=2),
        at=time(14, 0),
        minutes=50,
        segment=Segment.FAMILY,
        genre="Puppetry",
        performers=("Paper Kangaroo Puppets",),
        currency="AUD",
        prices=(Price("Everybody", 2400, 250, 250),),
        description="The same storm after lunch. Quieter, with the windows open.",
        refunds=refunds.DAYS,
        doors=20,
        popularity=14,
    ),
    DemoShow(
        key="layla-al-sabti-pearls",
        name="Layla Al-Sabti: Songs of the Pearl Divers",
        venue="Dhow House",
        map="Playhouse",
        day=Day(THURSDAY, weeks=5),
        at=time(20, 30),
        minutes=100,
        segment=Segment.CONCERT,
        genre="Arabic music",
        performers=("Layla Al-Sabti",),
        currency="KWD",
        prices=(
            Price("Stalls", 13500, 1000, 0, where=("Stalls",)),
            Price("Gallery", 8250, 750, 0),
        ),
        description=(
            "Her grandfather dived; she has his songs on eleven tapes and in her memory. With "
            "four drums, two singers and the sound of a rope."
        ),
        refunds=refunds.WEEK,
        sold=12,
        popularity=20,
    ),
    DemoShow(
        key="livia-prado-machines",
        name="Lívia Prado and Her Machines",
        venue="Parque das Acácias",
        map="Festival field",
        day=Day(FRIDAY, weeks=13),
        at=time(20, 0),
        minutes=90,
        segment=Segment.CONCERT,
        genre="Bossa nova",
        performers=("Lívia Prado",),
        currency="BRL",
        prices=(
            Price("Front field", 19000, 1900, 800, where=("Front field",)),
            Price("Field", 11000, 1100, 500),
        ),
        description="One voice, one guitar, three drum machines, and a soldering iron at hand.",
        refunds=refunds.WEEK,
        openings=(Opening(day=Day(WEDNESDAY, 5), at=time(12), name="General sale"),),
        popularity=18,
        is_on_sale=False,
    ),
)
