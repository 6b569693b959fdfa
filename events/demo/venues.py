"""Thirteen houses that do not exist, in cities that do."""

from events.demo import layouts
from events.demo.shapes import DemoVenue

VENUES = (
    DemoVenue(
        name="Foundry Lane Arena",
        address="1400 W Foundry Lane",
        postal_code="60607",
        city="Chicago",
        region="IL",
        country="US",
        latitude=41.8772,
        longitude=-87.6631,
        time_zone="America/Chicago",
        travel=(
            "Six minutes on foot from the Ashland stop of the Green and Pink lines. Trains run "
            "until an hour after the last encore. There are 900 bicycle stands along the east "
            "wall; parking is scarce and best left to those who need it."
        ),
        access=(
            "Step-free from the street to every level by lifts at gates 2, 5 and 8. Wheelchair "
            "spaces are in both bowls, each with a seat for a companion. Hearing loops cover the "
            "lower bowl. Assistance dogs are welcome; a quiet room is beside gate 5."
        ),
        maps={
            "Concert, end stage": layouts.arena_for_concerts,
            "Ice rink": lambda: layouts.arena_for_games(inside="Ice"),
        },
    ),
    DemoVenue(
        name="Marlow and Finch Theatre",
        address="22 Tanner Row",
        postal_code="02116",
        city="Boston",
        region="MA",
        country="US",
        latitude=42.3503,
        longitude=-71.0672,
        time_zone="America/New_York",
        travel=(
            "Between Boylston and Arlington on the Green line, four minutes from either. The "
            "garage in Carver Street closes half an hour after the curtain."
        ),
        access=(
            "Level entrance from Tanner Row. Wheelchair spaces are at the ends of row M in the "
            "stalls; a lift goes to the circle, not to the balcony. Infra-red headsets are free "
            "at the cloakroom. The second matinee of every run is relaxed."
        ),
        maps={"Proscenium": layouts.theatre},
    ),
    DemoVenue(
        name="Klub Dachkante",
        address="Rigastraße 88",
        postal_code="10247",
        city="Berlin",
        region="",
        country="DE",
        latitude=52.5156,
        longitude=13.4644,
        time_zone="Europe/Berlin",
        travel=(
            "U5 Samariterstraße, then three minutes. Night buses stop at the corner. The yard is "
            "a home to people who sleep: please leave by the front."
        ),
        access=(
            "The floor and its bar are step-free; the balcony is up 24 stairs. A raised platform "
            "at the left of the floor has room for four wheelchairs: write to us before you come."
        ),
        maps={"Floor and balcony": layouts.club},
    ),
    DemoVenue(
        name="Salle des Tilleuls",
        address="31 quai des Tilleuls",
        postal_code="69003",
        city="Lyon",
        region="",
        country="FR",
        latitude=45.7578,
        longitude=4.8425,
        time_zone="Europe/Paris",
        travel=(
            "Tram T1, stop Liberté, two minutes. On concert evenings the footbridge over the "
            "river stays lit until one."
        ),
        access=(
            "Step-free throughout. Wheelchair spaces are in rows P and AE of the parterre and in "
            "the first row of the balcony. Induction loop in the whole hall; large-print "
            "programmes at the desk."
        ),
        maps={"Concert": layouts.concert_hall},
    ),
    DemoVenue(
        name="Kawabe Hall",
        address="2-14 Kawabe-cho, Kita-ku",
        postal_code="530-0042",
        city="Osaka",
        region="",
        country="JP",
        latitude=34.6976,
        longitude=135.5135,
        time_zone="Asia/Tokyo",
        travel="JR Tozai line to Osaka-Temmangu, exit 8, then five minutes along the river.",
        access=(
            "Lifts from the station exit to the stalls. Wheelchair spaces are in row P. Staff at "
            "the desk sign in Japanese Sign Language at weekends."
        ),
        maps={"Playhouse": layouts.playhouse},
    ),
    DemoVenue(
        name="The Tide Room",
        address="7 Pool Passage",
        postal_code="BN1 1FN",
        city="Brighton",
        region="",
        country="GB",
        latitude=50.8223,
        longitude=-0.1440,
        time_zone="Europe/London",
        travel="Twelve minutes downhill from the station, somewhat more uphill afterwards.",
        access=(
            "One step at the door, with a ramp that we put out if you ring. Two wheelchair spaces "
            "in row A. The room is small: every seat hears everything."
        ),
        maps={"Ninety-six seats": layouts.small_room},
    ),
    DemoVenue(
        name="Teatro Limonar",
        address="Calle del Limonar 5",
        postal_code="28012",
        city="Madrid",
        region="",
        country="ES",
        latitude=40.4106,
        longitude=-3.7002,
        time_zone="Europe/Madrid",
        travel="Metro line 1, Antón Martín. The street is closed to cars after seven.",
        access=(
            "Step-free to the stalls through the courtyard. Wheelchair spaces in row P. "
            "Surtitles in English every Thursday."
        ),
        maps={"Playhouse": layouts.playhouse},
    ),
    DemoVenue(
        name="Sjøbua Scene",
        address="Nordre Kai 12",
        postal_code="5005",
        city="Bergen",
        region="",
        country="NO",
        latitude=60.3953,
        longitude=5.3240,
        time_zone="Europe/Oslo",
        travel="Ten minutes from the light rail's last stop, along the water. It may rain.",
        access="Step-free floor, accessible toilets, a platform with six places at the back.",
        maps={"Standing": layouts.floors(("Floor", 420), ("Gallery", 80))},
    ),
    DemoVenue(
        name="Alder Yard",
        address="510 Alder Yard Way",
        postal_code="98104",
        city="Seattle",
        region="WA",
        country="US",
        latitude=47.6010,
        longitude=-122.3300,
        time_zone="America/Los_Angeles",
        travel="Link light rail to Pioneer Square, then four blocks. Covered bicycle parking.",
        access="One level, wide doors, stools for anyone who would rather not stand: just ask.",
        maps={"Workshop": layouts.floors(("Floor", 40))},
    ),
    DemoVenue(
        name="Parque das Acácias",
        address="Avenida das Acácias 900",
        postal_code="04094-000",
        city="São Paulo",
        region="SP",
        country="BR",
        latitude=-23.5850,
        longitude=-46.6560,
        time_zone="America/Sao_Paulo",
        travel="Metro AACD-Servidor, then the signposted path. Shuttle buses until two.",
        access=(
            "Firm paths to both stages, viewing platforms with charging points, sign language "
            "interpreters on the main stage."
        ),
        maps={"Festival field": layouts.floors(("Front field", 600), ("Field", 2400))},
    ),
    DemoVenue(
        name="Wharf Studio 3",
        address="3 Finger Wharf Lane",
        postal_code="2000",
        city="Sydney",
        region="NSW",
        country="AU",
        latitude=-33.8567,
        longitude=151.2050,
        time_zone="Australia/Sydney",
        travel="Ferries to Barangaroo, then seven minutes along the wharves. Prams welcome.",
        access="Step-free from the wharf. Prams park inside. A feeding room is next to the bar.",
        maps={"Ninety-six seats": layouts.small_room},
    ),
    DemoVenue(
        name="Halden Square",
        address="Halden Square",
        postal_code="M5V 2T6",
        city="Toronto",
        region="ON",
        country="CA",
        latitude=43.6440,
        longitude=-79.3960,
        time_zone="America/Toronto",
        travel="Streetcars 501 and 510 stop at the square. There is nowhere to park.",
        access="The square is level. A fenced area with seats is kept at the front, on the left.",
        maps={"Open air": layouts.floors(("Square", 300))},
    ),
    DemoVenue(
        name="Dhow House",
        address="Gulf Road 41",
        postal_code="15300",
        city="Kuwait City",
        region="",
        country="KW",
        latitude=29.3759,
        longitude=47.9774,
        time_zone="Asia/Kuwait",
        travel="Valet parking from five o'clock; buses 15 and 66 stop in front.",
        access="Step-free. Wheelchair spaces in row P. Prayer rooms on the ground floor.",
        maps={"Playhouse": layouts.playhouse},
    ),
)
