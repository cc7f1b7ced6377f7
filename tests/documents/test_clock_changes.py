"""A contract prints the hours that pass between two instants, also in the nights when the clocks change."""

import pytest

from activities.employment_contract_papers import work_days
from domain.periods import BRUSSELS, JobDay, instant
from domain.services.employment_contract import EmploymentContractRequest
from tests.documents.paper_samples import contract
from tests.documents.test_pdf import plain


@pytest.mark.parametrize(
    ("on", "starts", "ends", "printed", "total"),
    [
        ("2026-03-28", "22:00", "03:30", "22:00 – 03:30 (lendemain)", "soit 4 h 30 de travail"),
        ("2026-03-29", "01:30", "03:15", "01:30 – 03:15", "soit 0 h 45 de travail"),
        ("2026-10-24", "22:00", "03:30", "22:00 – 03:30 (lendemain)", "soit 6 h 30 de travail"),
        ("2026-10-24", "22:00", "02:30", "22:00 – 02:30 (lendemain)", "soit 5 h 30 de travail"),
    ],
)
def test_quote_contract_and_calendar_count_the_same_hours_when_the_clocks_change(
    on: str, starts: str, ends: str, printed: str, total: str
) -> None:
    # seen: 28 March printed 3 h 30, 29 March 23 h 45, and 24 October 6 h 30 in the rules but 5 h 30 in the contract
    day = JobDay.model_validate({"date": on, "starts": starts, "ends": ends, "place": "Namur"})
    request = EmploymentContractRequest.model_validate(
        {
            "person_id": "p-1",
            "member": True,
            "function": "batteuse",
            "artistic": True,
            "days": [{"starts_at": day.starts_at, "ends_at": day.ends_at, "place": day.place}],
            "gross_eur": "150.00",
            "joint_committee": "304",
            "language": "fr",
            "starts_at": day.starts_at,
            "answer_by": instant(day.date, day.starts),
        }
    )
    shown = plain(contract(days=work_days(request)))
    assert printed in shown
    assert total in shown
    last = "29 mars" if on == "2026-03-28" else day.ends_at.astimezone(BRUSSELS).strftime("%-d")
    assert f"prend fin de plein droit le {last}" in shown.replace("1er", "1")
    assert request.days[0].worked == day.worked
