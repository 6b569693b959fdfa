"""Invented people, bands, teams and companies."""

from events.demo.shapes import DemoPerformer

PERFORMERS = (
    DemoPerformer(
        "Velvet Orchard",
        "Four people from Milwaukee who write songs as if the windows were open. Their third "
        "album was recorded in a barn during one thunderstorm, and you can hear it.",
        (("From", "Milwaukee"), ("Together since", "2014"), ("Albums", "5")),
        ("The Orchard", "V. Orchard"),
    ),
    DemoPerformer(
        "Nadia Okonjo",
        "Sings low, plays an acoustic guitar with a bow, and fills rooms by leaving space in "
        "them. Began in the choir of her mother's church in Leeds.",
        (("From", "Leeds"), ("Instrument", "Voice, bowed guitar"), ("First record", "2019")),
        ("N. Okonjo",),
    ),
    DemoPerformer(
        "Rooks & Kings",
        "A company of nine who put the classics on with the furniture that they find.",
        (("Founded", "2006"), ("Company", "9 actors"), ("Home", "Boston")),
        ("Rooks and Kings",),
    ),
    DemoPerformer(
        "Chicago Wind Hawks",
        "The city's young ice hockey team: fast, loud, and bottom of the table two years ago.",
        (("Founded", "2018"), ("Colours", "Navy and ice blue"), ("Captain", "Marek Dvořák")),
        ("Wind Hawks", "The Hawks"),
    ),
    DemoPerformer(
        "Duluth Lakers' Ghosts",
        "Named after a ship that never came back. They have come back from three goals down "
        "four times this season.",
        (("Founded", "1999"), ("Colours", "Grey and white")),
        ("The Ghosts",),
    ),
    DemoPerformer(
        "Orchestre des Deux Rives",
        "Eighty musicians from both banks of the Rhône, half of them under thirty.",
        (("Founded", "1981"), ("Players", "80"), ("Conductor", "Hélène Barthas")),
        ("Two Banks Orchestra", "ODR"),
    ),
    DemoPerformer(
        "Hélène Barthas",
        "Conducts without a stick and rehearses without a raised voice.",
        (("From", "Annecy"), ("Studied in", "Lyon and Helsinki")),
        ("Helene Barthas",),
    ),
    DemoPerformer(
        "Kurzschluss Kollektiv",
        "Machines, two drummers and a lamp. Never the same set twice, never before midnight.",
        (("From", "Berlin"), ("Members", "Between 3 and 7")),
        ("KK", "Short Circuit"),
    ),
    DemoPerformer(
        "Mirela Sand",
        "Builds slow techno from recordings of harbours.",
        (("From", "Constanța"), ("Lives in", "Berlin")),
    ),
    DemoPerformer(
        "Tomasz Wilk",
        "Tells one story for an hour. It is always about his uncle, and never only about him.",
        (("From", "Gdańsk, then Hull"), ("On stage since", "2011")),
        ("Tom Wilk",),
    ),
    DemoPerformer(
        "Priya Raman",
        "Was a tax inspector for nine years. Now audits everything else.",
        (("From", "Leicester"), ("On stage since", "2016")),
    ),
    DemoPerformer(
        "The Understudies",
        "Five improvisers who have never met the play before, and neither have you.",
        (("From", "Brighton"), ("Since", "2012")),
        ("Understudies",),
    ),
    DemoPerformer(
        "Compañía Azahar",
        "Flamenco from three generations of one family, danced on a bare wooden floor.",
        (("Founded", "1974"), ("Home", "Jerez de la Frontera")),
        ("Azahar",),
    ),
    DemoPerformer(
        "Ishikawa Saburō Trio",
        "Piano, bass, drums, and the longest silences in jazz.",
        (("From", "Kobe"), ("Since", "1998"), ("Piano", "Ishikawa Saburō")),
        ("石川三郎トリオ", "Ishikawa Trio", "Saburo Ishikawa"),
    ),
    DemoPerformer(
        "Fjellrev",
        "Fiddle, harmonium and a drum made of a fishing crate. Sad songs that people dance to.",
        (("From", "Voss"), ("Name means", "Arctic fox")),
    ),
    DemoPerformer(
        "Samba do Quintal",
        "Began as neighbours in a backyard. There are fourteen of them now, and no backyard.",
        (("From", "São Paulo"), ("Members", "14")),
        ("Quintal",),
    ),
    DemoPerformer(
        "Lívia Prado",
        "Bossa nova with a drum machine from 1983 that she repairs herself.",
        (("From", "Santos"), ("Albums", "3")),
        ("Livia Prado",),
    ),
    DemoPerformer(
        "Paper Kangaroo Puppets",
        "Everything on stage is made of paper, the thunder too.",
        (("From", "Hobart"), ("Ages", "3 to 8, and whoever brings them")),
    ),
    DemoPerformer(
        "Queen Street Brass",
        "A marching band that stopped marching because people kept joining in.",
        (("From", "Toronto"), ("Members", "About 20")),
    ),
    DemoPerformer(
        "Layla Al-Sabti",
        "Oud player and singer; her songs follow the pearl divers of the Gulf.",
        (("From", "Kuwait City"), ("Instrument", "Oud")),
        ("ليلى السبتي",),
    ),
    DemoPerformer(
        "Juniper Slate",
        "Makes instruments and plays them until they break, which is part of the evening.",
        (("From", "Tacoma"), ("Trade", "Luthier")),
    ),
)
