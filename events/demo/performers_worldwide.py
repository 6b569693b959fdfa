"""More invented people: (name, description, facts, aliases)."""

from events.demo.shapes import DemoPerformer

_SAID: tuple[tuple[str, str, str, str], ...] = (
    ("Copper Wren", "Two sisters and a borrowed drum kit. Their songs are short, loud and "
     "mostly about trains.", "From: Glasgow|Members: 3|Albums: 2", "The Wrens"),
    ("Maribel Quintero", "Boleros sung as if across a kitchen table, with a trio that "
     "listens.", "From: Veracruz|Voice: Alto|Albums: 6", "M. Quintero"),
    ("Low Tide Parade", "Seven people with horns who learned everything from second lines and "
     "nothing from books.", "From: New Orleans|Members: 7", "LTP"),
    ("Ansel & Roe", "Close harmony, one microphone, two guitars older than both of them.",
     "From: Knoxville|Since: 2015", "Ansel and Roe"),
    ("Night Ferry", "Guitars that sound like weather. They have never explained a lyric.",
     "From: Dublin|Members: 4|Albums: 4", ""),
    ("Ottoline Grey", "Pianist, singer, and the best teller of a bad joke in the business.",
     "From: Leeds|Instrument: Piano", ""),
    ("The Brass Understanding", "Big band of nineteen, rehearsed on Mondays, let loose at "
     "weekends.", "From: London|Members: 19", "Brass Understanding"),
    ("Jonah Vale", "Country songs about small towns by somebody who stayed.",
     "From: Cookeville|Albums: 5", ""),
    ("Delta Hollis", "Blues guitar in open tunings, and a voice that has been up all night.",
     "From: Clarksdale|Instrument: Resonator guitar", ""),
    ("Pelikan Quartett", "Four string players who commission one new piece for each old one.",
     "From: Vienna|Founded: 2003", "Pelikan Quartet"),
    ("Noor van Dijk", "House and disco from a crate of records that her father hid.",
     "From: Rotterdam|Plays: Records only", ""),
    ("Zwaluw", "Dutch indie with a cello where the bass should be.", "From: Utrecht|Members: 4",
     ""),
    ("Beatriz Falcão", "Fado without the dust: two guitars, one voice, no microphone.",
     "From: Lisbon|Voice: Contralto", "Beatriz Falcao"),
    ("Karavan Sound", "Dub, brass and a very large bass speaker that travels in its own van.",
     "From: Cape Town|Members: 8", ""),
    ("Thabo Mokoena Sextet", "Township jazz by six friends who met in a church choir.",
     "From: Cape Town|Piano: Thabo Mokoena", "Thabo Mokoena"),
    ("Anaya Deshpande", "Sitar and electronics; ragas that end at dawn, or at the last train.",
     "From: Pune|Instrument: Sitar", ""),
    ("Los Faroles", "Cumbia from a courtyard in Roma Sur. Wear shoes that forgive.",
     "From: Mexico City|Members: 9", "Faroles"),
    ("Static Orchard", "Noise pop with a choir of neighbours in the last song.",
     "From: Austin|Members: 5", ""),
    ("The Mill Players", "A company of ten in a former flour mill, with one rule: no blackouts.",
     "Founded: 1998|Home: Prague", "Mlýnští"),
    ("Compagnia del Vetro", "Physical theatre from a glassworks; fragile things are carried.",
     "Founded: 2009|Home: Milan", ""),
    ("Red Hook Repertory", "New plays from the waterfront, read, rewritten and staged in six "
     "weeks.", "Founded: 2011|Company: 12 actors", "RHR"),
    ("Saltmarket Stage", "The house company: one classic, one new play and one musical a year.",
     "Founded: 1987|Home: London", ""),
    ("Lindenhof Ensemble", "Chamber opera in a room where you can see the singers breathe.",
     "Founded: 1976|Home: Vienna", ""),
    ("Ballet Jacaranda", "Contemporary dance for eleven, on a floor that they lay themselves.",
     "Founded: 2004|Home: Mexico City", ""),
    ("Kathak Collective", "Fast feet, straight backs, and a tabla player who never blinks.",
     "Founded: 2013|Home: Mumbai", ""),
    ("Gus Pemberton", "Explains things that he has plainly not understood. With diagrams.",
     "From: Norwich|On stage since: 2009", ""),
    ("Maeve Scully", "An hour about her nine aunts, one of whom sues.",
     "From: Ennis|On stage since: 2014", ""),
    ("Dev Malhotra", "Was an airline pilot. Still makes announcements.",
     "From: Mumbai|On stage since: 2017", ""),
    ("Lotte Brandt", "Deadpan in two languages; the pauses are in German.",
     "From: Kassel|On stage since: 2012", ""),
    ("The Half Cut", "Sketches about offices, by people who were asked to leave them.",
     "From: Glasgow|Since: 2016", "Half Cut"),
    ("Rita Calloway", "Stories from behind the counter of the last video shop in Tennessee.",
     "From: Murfreesboro|On stage since: 2010", ""),
    ("Dublin Anchors", "Basketball, home in green and white; quick, small and hard to catch.",
     "Founded: 1996|Colours: Green and white", "The Anchors"),
    ("Cork Kestrels", "Basketball from the south, and the loudest travelling drum in the league.",
     "Founded: 2001|Colours: Red and black", "The Kestrels"),
    ("Galway Trawlers", "Basketball; tall, patient, good from far out.",
     "Founded: 1989|Colours: Navy and gold", "The Trawlers"),
    ("København Svaner", "Handball, three times champions, still in the same boiler hall.",
     "Founded: 1962|Colours: White and blue", "Copenhagen Swans|Svaner"),
    ("Aarhus Løver", "Handball with the fastest break in Jutland.",
     "Founded: 1970|Colours: Yellow", "Aarhus Lions"),
    ("Odense Ravne", "Handball; young, tall and seldom in a hurry.",
     "Founded: 1981|Colours: Black", "Odense Ravens"),
    ("Melbourne Tram Wheelers", "Wheelchair basketball, champions twice, captained by a tram "
     "driver.", "Founded: 2005|Colours: Green and gold", "Tram Wheelers"),
    ("Geelong Harbour Wheelers", "Wheelchair basketball from down the bay.",
     "Founded: 2008|Colours: Navy", ""),
    ("Circus Ninepenny", "Eight acrobats, one dog, no lions. The dog is the difficult one.",
     "From: Melbourne|Ages: 4 and up", "Ninepenny Circus"),
    ("Doctor Fizz", "Experiments that go off, on purpose, most of the time.",
     "From: Dublin|Ages: 6 and up", "Dr Fizz"),
    ("The Button Box", "Tiny theatre out of a sewing box, for people under five and their "
     "tallest friends.", "From: London|Ages: 2 to 5", "Button Box"),
    ("Teatro Meia-Lua", "Shadow plays with live accordion, told half in gestures.",
     "From: Lisbon|Ages: 3 and up", "Half Moon Theatre"),
)  # fmt: skip


def _performer(name: str, description: str, facts: str, aliases: str) -> DemoPerformer:
    told = (fact.partition(": ") for fact in facts.split("|"))
    return DemoPerformer(
        name=name,
        description=description,
        facts=tuple((label, value) for label, _, value in told),
        aliases=tuple(alias for alias in aliases.split("|") if alias),
    )


PERFORMERS = tuple(_performer(*said) for said in _SAID)
