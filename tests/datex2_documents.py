"""Small DATEX II documents in the shape of version 3 and of version 2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from collectors.times import iso

NOW = datetime.now(UTC).replace(microsecond=0)
MADE = NOW - timedelta(minutes=2)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
V3 = (
    f'{XSI} xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:sit="http://datex2.eu/schema/3/situation" '
    'xmlns:com="http://datex2.eu/schema/3/common" xmlns:loc="http://datex2.eu/schema/3/locationReferencing"'
)
POINT = (
    '<sit:locationReference xsi:type="loc:PointLocation"><loc:supplementaryPositionalDescription><loc:roadInformation>'
    "<loc:roadName>Jl. Contoh</loc:roadName></loc:roadInformation></loc:supplementaryPositionalDescription>"
    "<loc:pointByCoordinates><loc:pointCoordinates><loc:latitude>-6.18</loc:latitude><loc:longitude>106.63"
    "</loc:longitude></loc:pointCoordinates></loc:pointByCoordinates></sit:locationReference>"
)


def line(numbers: str, more: str = "") -> str:
    return (
        '<sit:locationReference xsi:type="loc:LinearLocation"><loc:gmlLineString>'
        f"<loc:posList{more}>{numbers}</loc:posList></loc:gmlLineString></sit:locationReference>"
    )


def validity(
    status: str | None = "definedByValidityTimeSpec", start: datetime | None = None, end: datetime | None = None
) -> str:
    said = f"<com:validityStatus>{status}</com:validityStatus>" if status else ""
    start = start or NOW - timedelta(hours=2)
    times = f"<com:overallStartTime>{iso(start)}</com:overallStartTime>"
    times += f"<com:overallEndTime>{iso(end)}</com:overallEndTime>" if end else ""
    spec = f"<com:validityTimeSpecification>{times}</com:validityTimeSpecification>"
    return f"<sit:validity>{said}{spec}</sit:validity>"


def record(kind: str = "Accident", *more: str, where: str = POINT, valid: str = "", number: int = 1) -> str:
    """A situation record; `more` are further elements of it."""
    return (
        f'<sit:situationRecord xsi:type="sit:{kind}" id="r{number}" version="1">'
        f"<sit:situationRecordCreationTime>{iso(NOW - timedelta(hours=3))}</sit:situationRecordCreationTime>"
        f"<sit:situationRecordVersionTime>{iso(NOW - timedelta(minutes=20))}</sit:situationRecordVersionTime>"
        f"{valid or validity()}{''.join(more)}{where}</sit:situationRecord>"
    )


def tag(name: str, text: str, space: str = "sit") -> str:
    return f"<{space}:{name}>{escape(text)}</{space}:{name}>"


def comment(**said: str) -> str:
    values = "".join(f'<com:value lang="{lang}">{escape(text)}</com:value>' for lang, text in said.items())
    inner = f"<com:comment><com:values>{values}</com:values></com:comment>"
    return f"<sit:generalPublicComment>{inner.replace('com:comment', 'sit:comment')}</sit:generalPublicComment>"


def situation(number: int = 1, *records: str, head: str = "") -> str:
    head = head or "<sit:headerInformation><com:informationStatus>real</com:informationStatus></sit:headerInformation>"
    return f'<sit:situation id="s{number}">{head}{"".join(records) or record()}</sit:situation>'


def publication(*situations: str, kind: str = "sit:SituationPublication") -> str:
    """A version 3 payload."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<d2:payload {V3} xsi:type="{kind}" modelBaseVersion="3">'
        f"<com:publicationTime>{iso(MADE)}</com:publicationTime>{''.join(situations)}</d2:payload>"
    )


def old_publication(*, method: str = "") -> str:
    """A version 2 model with one situation, in a SOAP envelope as some publishers send it."""
    exchange = (
        f"<exchange><subscription><updateMethod>{method}</updateMethod></subscription></exchange>" if method else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<d2LogicalModel xmlns="http://datex2.eu/schema/2/2_0" {XSI} modelBaseVersion="2">{exchange}
  <payloadPublication xsi:type="SituationPublication" lang="id">
    <publicationTime>{iso(MADE)}</publicationTime>
    <situation id="s1" version="4">
      <overallSeverity>high</overallSeverity>
      <situationVersionTime>{iso(NOW - timedelta(minutes=5))}</situationVersionTime>
      <situationRecord xsi:type="AbnormalTraffic" id="r1" version="4">
        <situationRecordCreationTime>{iso(NOW - timedelta(hours=1))}</situationRecordCreationTime>
        <probabilityOfOccurrence>probable</probabilityOfOccurrence>
        <validity><validityStatus>active</validityStatus><validityTimeSpecification>
          <overallStartTime>{iso(NOW - timedelta(hours=1))}</overallStartTime>
        </validityTimeSpecification></validity>
        <impact><delays><delayTimeValue>540</delayTimeValue></delays></impact>
        <generalPublicComment><comment><values><value lang="id">Antrean</value></values></comment>
        </generalPublicComment>
        <groupOfLocations xsi:type="Linear"><locationForDisplay>
          <latitude>-6.18</latitude><longitude>106.63</longitude></locationForDisplay></groupOfLocations>
        <queueLength>1200</queueLength>
      </situationRecord>
    </situation>
  </payloadPublication>
</d2LogicalModel></e:Body></e:Envelope>"""
