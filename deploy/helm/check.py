"""Lints and renders the chart with Helm's own library, and checks each object against Kubernetes' schemas.

`make chart` installs both (PyPI: helm-python-sdk, kubernetes-validate) beside the project and runs this. Objects of
the Prometheus operator have no schema there and are named.
"""

import sys
from itertools import product
from pathlib import Path

import kubernetes_validate
import yaml
from helm_python import Chart, lint

CHART = Path(__file__).parent / "all-inclusive"
KUBERNETES = ("1.27", "1.33")
VARIANTS = {
    "worker": ({"autoscaling": {"enabled": False}}, {"autoscaling": {"enabled": True}}),
    "ingress": ({"enabled": False}, {"enabled": True, "className": "nginx"}),
    "serviceMonitor": ({"enabled": False}, {"enabled": True}),
    "migrations": ({"enabled": True}, {"enabled": True, "contract": True}, {"enabled": False}),
    "replayOpen": ({"enabled": True}, {"enabled": True, "limit": 1000}, {"enabled": False}),
    "image": ({"tag": "0.2.0"}, {"digest": "sha256:" + "a" * 64}),
}


def main() -> int:
    """0 when every variant is good; what is wrong is printed."""
    wrong, objects, unknown = [f"lint: {each}" for each in complaints()], 0, set()
    with Chart.load(CHART) as chart:
        for values in product(*VARIANTS.values()):
            rendered = chart.render(values=dict(zip(VARIANTS, values, strict=True)), name="jobs", namespace="coop")
            for each in documents(rendered):
                objects += 1
                wrong += problems(each, unknown)
    print(f"{objects} objects of {len(list(product(*VARIANTS.values())))} variants, {KUBERNETES}")
    print(f"without a schema: {', '.join(sorted(unknown)) or 'none'}")
    for each in dict.fromkeys(wrong):
        print(each)
    return 1 if wrong else 0


def complaints() -> list[str]:
    """What Helm's linter says, warnings too."""
    told = lint(CHART, strict=True)
    print(f"lint: {told}")
    return [str(each) for each in told.get("messages", []) if "icon is recommended" not in str(each)]


def documents(rendered: object) -> list[dict]:
    """Every object of a rendered chart."""
    texts = rendered.values() if isinstance(rendered, dict) else [each["content"] for each in rendered]
    found = [one for text in texts for one in yaml.safe_load_all(text) if isinstance(one, dict)]
    return [one for one in found if "kind" in one]


def problems(one: dict, unknown: set[str]) -> list[str]:
    """What Kubernetes would refuse."""
    found = []
    for version in KUBERNETES:
        try:
            kubernetes_validate.validate(one, version, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            unknown.add(one["kind"])
        except kubernetes_validate.ValidationError as error:
            found.append(f"{version} {one['kind']} {one['metadata']['name']}: {error.message}")
    return found


if __name__ == "__main__":
    sys.exit(main())
