"""The data side: ask the city's services, keep what they said. The table below is every protocol we speak."""

from __future__ import annotations

from collectors.aplicares import Aplicares
from collectors.aplicares_ws import AplicaresWs
from collectors.datex2 import Datex2
from collectors.fhir_beds import FhirBeds
from collectors.http_health import HttpHealth
from collectors.manual import Manual
from collectors.mapped_json import MappedJson
from collectors.open311 import Open311
from collectors.open511 import Open511
from collectors.prometheus import Prometheus
from collectors.push import Push
from collectors.sirs import Sirs
from collectors.source import Collector
from collectors.statuspage import Statuspage
from collectors.waze import Waze
from collectors.wzdx import Wzdx

COLLECTORS: dict[str, type[Collector]] = {
    "open311": Open311,
    "aplicares": Aplicares,
    "aplicares_ws": AplicaresWs,
    "sirs": Sirs,
    "fhir_beds": FhirBeds,
    "waze": Waze,
    "open511": Open511,
    "wzdx": Wzdx,
    "datex2": Datex2,
    "http_health": HttpHealth,
    "mapped_json": MappedJson,
    "prometheus": Prometheus,
    "statuspage": Statuspage,
    "push": Push,
    "manual": Manual,
}
