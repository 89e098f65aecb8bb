"""Whatever starts a run says whose turn it is: a start without a priority would pass by every other one."""

import ast

from tests.support.places import ROOT

ROOMS = ("activities", "starter", "storage", "workflows")
STARTS = (
    "start_workflow",
    "execute_workflow",
    "start_child_workflow",
    "WithStartWorkflowOperation",
    "ScheduleActionStartWorkflow",
)


def starts() -> list[tuple[str, str, bool]]:
    """Every start in the product: its file, by what, and whether it has a priority."""
    found = []
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in STARTS:
                    given = any(word.arg == "priority" for word in node.keywords)
                    found.append((path.relative_to(ROOT).as_posix(), name, given))
    return found


def test_every_start_of_a_run_has_a_priority() -> None:
    assert starts() == [
        ("activities/runs/cases.py", "start_workflow", True),
        ("activities/runs/restored.py", "start_workflow", True),
        ("activities/runs/start.py", "start_workflow", True),
        ("activities/upkeep.py", "start_workflow", True),
        ("activities/upkeep.py", "start_workflow", True),
        ("starter/desk/place.py", "WithStartWorkflowOperation", True),
        ("starter/schedule.py", "ScheduleActionStartWorkflow", True),
    ]
