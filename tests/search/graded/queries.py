"""What people ask, by category, and what they should get. Written before the engines were tuned;
a query that is taken out later needs a reason here.

`first`: one of these events comes first. `all_of`: exactly these, in any order. `has`: these are
among the first ten. `none_of`: these are nowhere in the first ten. `understood`: what the words
were read as, as the API answers it.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Graded:
    """One query with what is expected of its answer."""

    category: str
    query: dict[str, str]
    first: str = ""
    all_of: str | None = None
    has: str = ""
    none_of: str = ""
    understood: dict[str, str | int] | None = None

    @property
    def name(self) -> str:
        """For test reports."""
        return f"{self.category}: {self.query}"


@dataclass
class _Collected:
    queries: list[Graded] = field(default_factory=list)

    def __call__(self, category: str, term: str | None = None, /, **expected: object) -> None:
        query = dict(expected.pop("query", None) or {})  # type: ignore[call-overload]
        if term is not None:
            query["term"] = term
        self.queries.append(Graded(category, query, **expected))  # type: ignore[arg-type]


_ask = _Collected()
QUERIES = _ask.queries

# Whole names
_ask("names", "taylor swift", first="taylor", none_of="swiftlive")
_ask("names", "coldplay", first="coldplay", has="coldtrib")
_ask("names", "METALLICA", first="metallica")
_ask("names", "hamilton", first="hamilton hamilton2", none_of="hamlet")
_ask("names", "the who", first="who")
_ask("names", "the phantom of the opera", first="phantom", all_of="phantom")
_ask("names", "los angeles lakers", has="lakers celtics")
_ask("names", "boston celtics", has="lakers celtics", none_of="bruins")
_ask("names", "madison square garden", all_of="beyonce jayz rangers")
_ask("names", "50 cent", first="fifty", all_of="fifty")
_ask("names", "maroon 5", first="maroon", all_of="maroon")
_ask("names", "dave chappelle", first="chappelle", all_of="chappelle")
_ask("names", "東京事変", first="tokyo", all_of="tokyo")
_ask("names", "21 pilots", first="pilots")
_ask("names", "gnr", first="gnr", all_of="gnr")

# Parts of names
_ask("partial", "lakers", has="lakers celtics")
_ask("partial", "rolling stones", first="stones", all_of="stones")
_ask("partial", "stones", first="stones")
_ask("partial", "phantom opera", first="phantom", all_of="phantom")
_ask("partial", "hamil", first="hamilton hamilton2")
_ask("partial", "taylor sw", first="taylor", all_of="taylor")
_ask("partial", "metal", has="metallica")
_ask("partial", "red sox", first="redsox", all_of="redsox")
_ask("partial", "cirque", first="ovo", all_of="ovo")
_ask("partial", "blackhawks bruins", all_of="hawks")
_ask("partial", "lion king", first="lionking", all_of="lionking")
_ask("partial", "albert hall", all_of="who oconnor ovo")

# Accents
_ask("accents", "beyonce", first="beyonce", all_of="beyonce")
_ask("accents", "BEYONCÉ", first="beyonce", all_of="beyonce")
_ask("accents", "sigur ros", first="sigur", all_of="sigur")
_ask("accents", "motley crue", first="crue", all_of="crue")
_ask("accents", "bjork", first="bjork", all_of="bjork")
_ask("accents", "royksopp", first="royksopp", all_of="royksopp")
_ask("accents", "die arzte", first="arzte", all_of="arzte")
_ask("accents", "sinead oconnor", first="oconnor", all_of="oconnor")
_ask("accents", query={"location": "koln"}, all_of="metallica arzte")
_ask("accents", query={"location": "reykjavik"}, all_of="sigur bjork")

# Symbols
_ask("symbols", "ac/dc", first="acdc", all_of="acdc")
_ask("symbols", "ac dc", first="acdc", all_of="acdc")
_ask("symbols", "acdc", first="acdc", all_of="acdc")
_ask("symbols", "blink 182", first="blink", all_of="blink")
_ask("symbols", "blink182", first="blink", all_of="blink")
_ask("symbols", "p!nk", first="pink", all_of="pink")
_ask("symbols", "pink", first="pink")
_ask("symbols", "kesha", first="kesha", all_of="kesha")
_ask("symbols", "ke$ha", first="kesha", all_of="kesha")
_ask("symbols", "jay z", first="jayz", all_of="jayz")
_ask("symbols", "jayz", first="jayz", all_of="jayz")
_ask("symbols", "guns n roses", first="gnr", all_of="gnr")
_ask("symbols", "simon and garfunkel", first="simon", all_of="simon")

# Typos
_ask("typos", "beyonse", first="beyonce")
_ask("typos", "byonce", first="beyonce")
_ask("typos", "metalica", first="metallica")
_ask("typos", "mettalica", first="metallica")
_ask("typos", "cold play", first="coldplay")
_ask("typos", "tailor swift", first="taylor")
_ask("typos", "taylr swfit", first="taylor")
_ask("typos", "imagin dragons", first="imagine")
_ask("typos", "wiked", first="wicked")
_ask("typos", "drak", first="drake")
_ask("typos", "hamliton", first="hamilton hamilton2")
_ask("typos", "los angles lakers", first="lakers celtics")
_ask("typos", "rolling stoens", first="stones")
_ask("typos", "lolapalooza", first="lolla")
_ask("typos", "phantom of the oprea", first="phantom")
_ask("typos", "bjrok", first="bjork")

_ask("typos", "tickets for taylr swift in lonodn", first="taylor")
_ask("typos", "show me beyonse tickets", first="beyonce")

# Places
_ask("places", "lakers boston", first="celtics", understood={"location": "boston"})
_ask(
    "places",
    "jazz new orleans",
    all_of="preservation nolajazz",
    understood={"type": "jazz", "location": "new orleans"},
)
_ask("places", "nashville", all_of="pilots nashville", understood={"location": "nashville"})
_ask(
    "places",
    "musical london",
    all_of="wicked phantom satnight",
    understood={"type": "musical", "location": "london"},
)
_ask(
    "places",
    "concerts in los angeles",
    all_of="blink fifty maroon chicagoband",
    understood={"type": "concert", "location": "los angeles"},
)
_ask(
    "places", query={"location": "Boston, MA"}, all_of="pink imagine bruins bruins2 celtics redsox"
)
_ask(
    "places",
    query={"location": "34.05,-118.24", "radius": "10"},
    all_of="blink fifty maroon chicagoband lakers",
)
_ask("places", query={"location": "los angeles", "radius": "40", "type": "hockey"}, all_of="ducks")
_ask("places", query={"location": "-16.8,179.9", "radius": "20", "unit": "km"}, all_of="taveuni")
_ask("places", "coldplay london", first="coldplay", understood={"location": "london"})

_ask(
    "places", "hockey nyc", all_of="rangers", understood={"type": "hockey", "location": "new york"}
)
_ask("places", "jazz in nola", all_of="preservation nolajazz")
_ask("places", "concerts near me", has="taylor beyonce coldplay")

# Dates
_ask(
    "dates", "tonight boston", all_of="bruins", understood={"date": "tonight", "location": "boston"}
)
_ask(
    "dates",
    "jazz tonight",
    all_of="preservation bluenight",
    understood={"type": "jazz", "date": "tonight"},
)
_ask(
    "dates",
    "this weekend london",
    all_of="wicked",
    understood={"date": "this-weekend", "location": "london"},
)
_ask("dates", "comedy december", all_of="carr", understood={"type": "comedy", "date": "december"})
_ask(
    "dates", "hockey saturday", all_of="bruins2", understood={"type": "hockey", "date": "saturday"}
)
_ask("dates", query={"date": "2031-08-02"}, all_of="lolla")
_ask(
    "dates",
    query={"date": "2031-03-14..2031-03-15", "type": "musical"},
    all_of="hamilton2 chicagoshow wicked",
)
_ask(
    "dates", query={"date": "this-weekend", "type": "sport"}, all_of="bruins2 rangers ducks lakers"
)
_ask("dates", "hamilton friday", all_of="hamilton2", understood={"date": "friday"})

# Prices
_ask(
    "prices",
    "hockey under $50",
    all_of="bruins hawks ducks",
    understood={"type": "hockey", "price_max": 5000},
)
_ask(
    "prices",
    "hockey over $65",
    all_of="bruins2 rangers",
    understood={"type": "hockey", "price_min": 6500},
)
_ask(
    "prices",
    "jazz under 40 dollars",
    all_of="preservation swiftlive",
    understood={"type": "jazz", "price_max": 4000},
)
_ask(
    "prices",
    "london $40 to $50",
    all_of="oconnor simon royksopp satnight carr",
    understood={"location": "london", "price_min": 4000, "price_max": 5000},
)
_ask("prices", query={"price_max": "2500"}, all_of="freaky taveuni")
_ask("prices", query={"price_min": "18000", "sort": "price"}, first="taylor")

# Kinds
_ask("kinds", "hockey", all_of="bruins bruins2 rangers hawks ducks", understood={"type": "hockey"})
_ask("kinds", "stand up", all_of="chappelle carr", understood={"type": "stand-up"})
_ask("kinds", query={"type": "musical"}, has="hamilton wicked", none_of="lionking freaky")
_ask("kinds", query={"type": "family-musical"}, all_of="lionking freaky")
_ask("kinds", query={"type": "sport", "location": "chicago"}, all_of="hawks bulls")
_ask("kinds", "taylor swift concert", first="taylor", understood={"type": "concert"})

# Names that look like places, dates, kinds or prices
_ask("ambiguous", "chicago", first="chicagoband chicagoshow", understood={})
_ask("ambiguous", "boston", first="bostonband", understood={})
_ask("ambiguous", "europe", first="europeband", understood={})
_ask("ambiguous", "new york dolls", first="nydolls", all_of="nydolls", understood={})
_ask("ambiguous", "freaky friday", first="freaky", all_of="freaky", understood={})
_ask("ambiguous", "saturday night fever", first="satnight", all_of="satnight", understood={})
_ask("ambiguous", "under 21 championship", first="under21", all_of="under21", understood={})
_ask("ambiguous", "august burns red", first="burns", all_of="burns", understood={})
_ask("ambiguous", "chicago theatre", all_of="lionking chappelle", understood={})
_ask("ambiguous", "preservation hall jazz band", first="preservation", understood={})
_ask("ambiguous", '"boston" hockey', has="bruins bruins2 hawks", understood={"type": "hockey"})
_ask("ambiguous", "chicago bulls", first="bulls", all_of="bulls", understood={})

# Phrases, words to leave out, and text that is no language of ours
_ask("hostile", '"power up"', all_of="acdc")
_ask("hostile", "coldplay -tribute", all_of="coldplay")
_ask("hostile", "'; DROP TABLE search_searchrow; --", all_of="")
_ask("hostile", "beyonce & | ! ( ) :*", first="beyonce")
_ask("hostile", "title:[* TO *] OR 1=1", all_of="")
_ask("hostile", '"coldplay', first="coldplay")
_ask("hostile", "{{7*7}} ${jndi:ldap://x}", all_of="")
_ask("hostile", "((((((beyonce))))))", first="beyonce")
