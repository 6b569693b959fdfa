"""Seventeen more houses that do not exist, each in a city of its own."""

from functools import partial

from events.demo import layouts
from events.demo.shapes import DemoVenue
from events.maps.generated import bowl_of, fan_of

FAN, BOWL, FLOOR = "Seats before the stage", "Seats all around", "Standing"
SMALL, BASEMENT = "Small hall", "Basement"

VENUES = (
    DemoVenue(
        "Saltmarket Rooms", "14 Tallow Street", "EC1V 9NR", "London", "", "GB",
        51.5265, -0.0988, "Europe/London",
        "Old Street and Barbican are both nine minutes away. The 55 bus stops at the door until "
        "one in the morning.",
        "Level from the street. Wheelchair spaces at the back of every second block, a hearing "
        "loop throughout, and staff who know where the quiet corner is.",
        {FAN: partial(fan_of, 640), SMALL: partial(fan_of, 200)},
    ),
    DemoVenue(
        "The Gantry", "310 Conover Street", "11231", "New York", "NY", "US",
        40.6762, -74.0154, "America/New_York",
        "Ferry to Red Hook, then five minutes along the water. The B61 runs all night.",
        "One level, no steps. Two wheelchair spaces in every second block; captions on request a "
        "week ahead.",
        {FAN: partial(fan_of, 480), FLOOR: layouts.floors(("Floor", 350))},
    ),
    DemoVenue(
        "Levee Street Hall", "722 Levee Street", "70117", "New Orleans", "LA", "US",
        29.9633, -90.0482, "America/Chicago",
        "Ten minutes on foot from the end of Frenchmen Street; the streetcar stops two blocks up.",
        "A ramp on the river side, two accessible rest rooms, and chairs for whoever asks.",
        {FLOOR: layouts.floors(("Floor", 260), ("Porch", 60))},
    ),
    DemoVenue(
        "Mockingbird Lot", "1908 Chicon Street", "78702", "Austin", "TX", "US",
        30.2790, -97.7187, "America/Chicago",
        "Buses 2 and 10 stop at Chicon. Bicycles go inside the fence; cars do not.",
        "Gravel with firm paths, a raised platform for wheelchairs beside the sound desk.",
        {FLOOR: layouts.floors(("Yard", 450),)},
    ),
    DemoVenue(
        "Hatch Lane Auditorium", "41 Hatch Lane", "37203", "Nashville", "TN", "US",
        36.1540, -86.7890, "America/Chicago",
        "Twelve minutes on foot from Broadway. The garage in Division Street stays open till two.",
        "Lifts to all rows of the back half; wheelchair spaces with a companion's seat beside.",
        {FAN: partial(fan_of, 720)},
    ),
    DemoVenue(
        "Liffey Basin Arena", "3 Gasworks Quay", "D02 XH91", "Dublin", "", "IE",
        53.3441, -6.2360, "Europe/Dublin",
        "Ten minutes along the basin from Pearse station. Last DART at half past eleven.",
        "Step-free at both gates. Wheelchair spaces all around, at the back of the ring.",
        {BOWL: partial(bowl_of, 900, inside="Floor")},
    ),
    DemoVenue(
        "The Coal Hole", "88 Bell Wynd", "G1 1LQ", "Glasgow", "", "GB",
        55.8580, -4.2445, "Europe/London",
        "Four minutes from Queen Street station, downhill; nine on the way back.",
        "A platform lift at the side door: ring the lower bell.",
        {BASEMENT: layouts.small_room},
    ),
    DemoVenue(
        "Pakhuis Noord", "Papaverweg 120", "1032 KJ", "Amsterdam", "", "NL",
        52.3960, 4.9060, "Europe/Amsterdam",
        "The free ferry from Centraal, then seven minutes by bicycle or bus 38.",
        "Everything at ground level; the balcony has a lift for four.",
        {FLOOR: layouts.floors(("Floor", 380), ("Mezzanine", 70))},
    ),
    DemoVenue(
        "Kammersaal Lindenhof", "Lindengasse 17", "1070", "Vienna", "", "AT",
        48.2010, 16.3520, "Europe/Vienna",
        "Neubaugasse (U3), four minutes. The cloakroom is free and fast.",
        "A lift from the courtyard; wheelchair spaces in the last row of the stalls.",
        {FAN: partial(fan_of, 420), SMALL: partial(fan_of, 200)},
    ),
    DemoVenue(
        "Armazém do Cais", "Rua da Cintura 60", "1200-109", "Lisbon", "", "PT",
        38.7050, -9.1600, "Europe/Lisbon",
        "Between Santos and Cais do Sodré, six minutes from either, along the river.",
        "No steps. The terrace has a ramp with a rail on both sides.",
        {FAN: partial(fan_of, 360)},
    ),
    DemoVenue(
        "Teatro Vetreria", "Via Savona 92", "20144", "Milan", "", "IT",
        45.4508, 9.1580, "Europe/Rome",
        "Tram 14 to Savona, or twelve minutes from Porta Genova.",
        "Level entrance in the yard; places for wheelchairs with a free companion's seat.",
        {FAN: partial(fan_of, 520)},
    ),
    DemoVenue(
        "Divadlo Na Mlýně", "Mlýnská 8", "160 00", "Prague", "", "CZ",
        50.1050, 14.3930, "Europe/Prague",
        "Tram 8 to Nádraží Podbaba, then down to the water, five minutes.",
        "Step-free to the stalls; surtitles in English on Thursdays.",
        {FAN: partial(fan_of, 300)},
    ),
    DemoVenue(
        "Kedelhallen", "Vognporten 5", "1620", "Copenhagen", "", "DK",
        55.6680, 12.5480, "Europe/Copenhagen",
        "Dybbølsbro is six minutes away; there is room for four hundred bicycles.",
        "Flat floor, seats all around, wheelchair spaces in four corners.",
        {BOWL: partial(bowl_of, 600, inside="Court")},
    ),
    DemoVenue(
        "Tramshed Nine", "9 Inkerman Street", "3182", "Melbourne", "VIC", "AU",
        -37.8640, 144.9870, "Australia/Melbourne",
        "Trams 3 and 67 stop outside, which is only fair.",
        "Ramps over the old rails, a hearing loop, relaxed matinees on Sundays.",
        {BOWL: partial(bowl_of, 500, inside="Ring")},
    ),
    DemoVenue(
        "Foro Jacaranda", "Calle Orizaba 171", "06700", "Mexico City", "CMX", "MX",
        19.4170, -99.1600, "America/Mexico_City",
        "Insurgentes (line 1), eleven minutes under the trees.",
        "Ramp in Calle Orizaba; two rows without steps.",
        {FAN: partial(fan_of, 340), FLOOR: layouts.floors(("Patio", 300))},
    ),
    DemoVenue(
        "Signal Hill Yard", "26 Strand Lane", "8001", "Cape Town", "WC", "ZA",
        -33.9180, 18.4160, "Africa/Johannesburg",
        "Six minutes from the Loop Street stop. Taxis wait at the lower gate after every show.",
        "The lower gate is step-free. Shade and chairs on the south side.",
        {FLOOR: layouts.floors(("Yard", 400),)},
    ),
    DemoVenue(
        "Kala Ghar", "12 Cotton Press Lane", "400012", "Mumbai", "MH", "IN",
        19.0020, 72.8330, "Asia/Kolkata",
        "Lower Parel station, then eight minutes; the driver will know Cotton Press Lane.",
        "A ramp at the east door and a lift that fits a wheelchair and two friends.",
        {FAN: partial(fan_of, 400)},
    ),
)  # fmt: skip
