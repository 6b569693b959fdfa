"""What names are put together from. Nobody here exists."""

FIRST_NAMES = tuple(
    """Ada Adrián Aisha Alma Amadou Anaïs Anton Astrid Beatriz Björn Camila Cato Chidi Clara Dario
    Delphine Désirée Dmitri Ebba Elif Emeka Esmé Étienne Farah Fatou Félix Finn Florian Gaia Goran
    Greta Hana Hugo Idris Ilse Imani Ingrid Isidora Ivo Jada Jakob Joaquín Jonas Juno Kaja Kenji
    Kofi Lara Leila Léa Lorcan Lucía Luka Mads Maëlle Malik Marisol Mateo Mila Milo Nadia Naoko
    Nils Noor Odile Olu Orla Oskar Paloma Petra Priya Quentin Rafael Ravi Renske Rosa Ruben Saoirse
    Selma Signe Simone Sofía Sven Tamar Tariq Teodora Thandi Tomás Ulla Valentín Vera Viktor Wanda
    Xavier Yara Yusuf Zadie Zoë""".split()
)
LAST_NAMES = tuple(
    """Abara Adler Aguilar Almeida Andersson Baptiste Barros Becker Bellini Bianchi Blom Boateng
    Borges Brandt Calder Castellano Cho Costa Dahl Delacroix Diallo Dubois Eze Falk Ferrante
    Fischer Fontaine Fujita Galván García Grünwald Haddad Halloran Hansen Hidalgo Horváth Ibarra
    Ishida Jansen Kaplan Kaur Keita Kovács Krüger Laurent Lindqvist Lopes Maddox Maier Marchetti
    Mbeki Mendoza Moreau Müller Nakamura Novák Núñez Okafor Olsen Ortega Østergaard Papadakis
    Pereira Petrov Quintana Rahman Reyes Ricci Rossi Sandoval Santos Sato Schäfer Silva Sørensen
    Strand Suzuki Takács Tanaka Thorne Toussaint Ueda Valdés Varga Vega Verhoeven Wagner Watanabe
    Weiss Winther Yıldız Zamora Zeller""".split()
)
QUALITIES = tuple(
    """Amber Ancient Arctic Blind Borrowed Brass Broken Burning Cardinal Casual Cedar Clever
    Copper Crooked Crystal Daylight Distant Double Dusty Eastern Electric Empty Endless Fading
    False Feral First Foreign Frozen Gentle Ghost Gilded Glass Golden Hidden Hollow Honest Indigo
    Iron Ivory Jagged Laughing Lazy Left-Hand Little Lonely Loud Lunar Marble Midnight Modern Moss
    Neon Northern Odd Paper Patient Plain Plastic Polar Quiet Rapid Restless Royal Rusty Salt
    Scarlet Second Secret Seven Silent Silver Slow Small Solar Southern Stray Sudden Tender Thin
    Twin Velvet Violet Wandering Western White Wild Winter Wooden Young""".split()
)
THINGS = tuple(
    """Alibis Anchors Animals Antennas Archers Arrows Avenues Balconies Balloons Bells Birds Boats
    Bones Bridges Brothers Cables Cameras Candles Canyons Cartographers Cats Chapels Choirs Cities
    Clocks Clouds Colours Comets Corners Crowns Dancers Daughters Deserts Diplomats Doors Drums
    Echoes Embers Engines Feathers Fields Fires Flags Foxes Gardens Giants Harbours Hearts Horses
    Hotels Houses Islands Keys Kings Kites Ladders Lanterns Letters Lions Magnets Maps Mirrors
    Monuments Mothers Mountains Neighbours Nights Oceans Orchards Owls Parades Pianos Pilots
    Planets Poets Postcards Radios Rivers Rooms Saints Satellites Shadows Sisters Sparrows Stations
    Strangers Suns Swimmers Telegraphs Thieves Tides Tigers Towers Trains Trees Umbrellas Valleys
    Visitors Waves Weekends Wheels Windows Wolves""".split()
)
MASCOTS = tuple(
    """Admirals Badgers Barons Bison Blazers Brewers Chargers Comets Condors Coyotes Cyclones
    Dragons Drakes Falconers Firebirds Foresters Gales Griffins Gulls Hammers Harriers Herons
    Hornets Hurricanes Icebreakers Jackals Knights Lancers Locomotives Lynx Mariners Meteors Miners
    Monarchs Mustangs Nighthawks Nomads Orcas Otters Panthers Pioneers Privateers Rams Rangers
    Ravens Redwoods Riders Rovers Scorpions Sentinels Sharks Spartans Stags Storm Thunder Titans
    Trappers Voyagers Wanderers Wildcats Wolverines""".split()
)
TOURS = tuple(
    """Homecoming|The Long Goodbye|Acoustic Evening|World Tour|Live|Unplugged|Summer Nights|
    Anniversary Tour|The Farewell Tour|One Night Only|Greatest Hits|New Songs, Old Songs|
    In the Round|The Winter Tour|Live and Loud|Up Close""".replace("\n", "").split("|")
)
PLAYS = tuple(
    f"The {what} of {whom}"
    for what in "Trial Garden Marriage Silence Education Return Temptation Inheritance".split()
    for whom in "Captain Vale|Mrs Thorne|the Lighthouse|Two Sisters|the Clockmaker|Venice|"
    "a Gentleman|the North".replace("\n", "").split("|")
)
FAMILY_SHOWS = tuple(
    f"{who} and the {what}"
    for who in "Bear|Little Mole|Captain Button|The Paper Dragon|Rosie|Uncle Pim".split("|")
    for what in "Moon|Missing Sock|Very Long Train|Snow Queen|Singing Whale|Lost Star".split("|")
)
VENUE_KINDS = (
    *("Arena", "Hall", "Theatre", "Concert Hall", "Club", "Playhouse", "Stadium", "Music Hall"),
    *("Auditorium", "Opera House", "Ballroom", "Pavilion", "Centre", "Garden"),
)
VENUE_NAMES = tuple(
    """Albion Alder Apollo Beacon Broadway Capitol Central Chapel Civic Crescent Crown Empire
    Exchange Foundry Garrison Grand Granary Harbour Imperial Jubilee King's Kingsway Lakeside
    Liberty Lyric Majestic Market Memorial Meridian Metropole Mill National Odeon Old Orpheum
    Palace Paramount Park Queen's Regent Rialto Riverside Roundhouse Royal Station Summit Tivoli
    Union Victoria Warehouse Wharf""".split()
)
