"""What the rounds of a benchmark come to."""

import json
from pathlib import Path

from bench.measuring.counts import statements_in
from bench.measuring.faults import came_to
from bench.measuring.rounds import Round, percentile
from bench.report import Report, write


def a_round(rate: float, worker: float, gateway: float = 0.0) -> Round:
    cpu = {"worker": worker, "gateway": gateway, "client": 4.0, "temporal": 30.0}
    return Round(rate, cpu, 10, 20, 30, 40, 8, 4)


def test_ratios_are_of_medians() -> None:
    rounds = {
        "default_floor_1_29": [a_round(20, 9), a_round(22, 9), a_round(99, 9)],
        "tuned_floor": [a_round(40, 9)],
        "sync": [a_round(11, 70), a_round(5, 80), a_round(12, 60)],
        "joint": [a_round(5.5, 90, gateway=18)],
        "dbos": [a_round(55, 9)],
    }
    report = Report(dict.fromkeys(rounds, ""), rounds, {}, None, {})
    assert report.ratios() == {
        "ratio_sync_over_default_floor": 0.5,
        "ratio_joint_over_default_floor": 0.25,
        "ratio_sync_over_tuned_floor": 0.275,
        "ratio_sync_over_dbos": 0.2,
        "worker_cpu_ms_sync": 70,
        "client_cpu_ms_sync": 4,
        "writing_commits_sync": 8,
        "reading_commits_sync": 4,
        "gateway_cpu_ms_per_callback": 6,
        "idle_p50_over_tuned": 1,
        "temporal_cpu_over_tuned": 1,
    }


def test_what_did_not_run_has_no_ratio() -> None:
    report = Report({"tuned_floor": ""}, {"tuned_floor": [a_round(40, 9)]}, {}, None, {})
    assert report.ratios() == {}


def test_a_percentile_is_a_value_that_was_measured_or_lies_between_two() -> None:
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([float(n) for n in range(101)], 95) == 95.0


def test_statements_are_counted_from_where_one_begins_to_read(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    before = b"2026-01-01 00:00:00.000 UTC [7] LOG:  statement: BEGIN\n"
    log.write_bytes(
        before
        + b"2026-01-01 00:00:00.000 UTC [7] LOG:  execute <unnamed>: SELECT 1\n"
        + b"2026-01-01 00:00:00.000 UTC [7] LOG:  execute _pg3_1: INSERT\n"
        + b"2026-01-01 00:00:00.000 UTC [7] LOG:  checkpoint starting: time\n"
        + b"2026-01-01 00:00:00.000 UTC [7] LOG:  statement: COMMIT\n"
    )
    assert statements_in(log, 0) == 4
    assert statements_in(log, len(before)) == 3


def test_a_part_of_the_results_leaves_the_others_and_says_where_it_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write("speed", {"ratios": 1}, path)
    write("isolation", {"ratio": 2}, path)
    found = json.loads(path.read_text())
    machines = [found[part].pop("measured") for part in ("speed", "isolation")]
    assert found == {"speed": {"ratios": 1}, "isolation": {"ratio": 2}}
    assert [set(each) for each in machines] == [
        {"at", "commit", "cores", "cpu", "memory_gb", "system", "python", "load_before"}
    ] * 2


def test_a_fault_run_is_told_by_its_violations() -> None:
    lines = [{"title": "paid once", "violations": []}, {"title": "nobody waits", "violations": ["a", "b"]}]
    verdict = {"seed": 7, "good": False, "missing": [], "struck": {"lost": 3, "late": 4}, "lines": lines}
    assert came_to(200, verdict) == {
        "orders": 200,
        "seed": 7,
        "good": False,
        "missing": [],
        "violations": {"paid once": 0, "nobody waits": 2},
        "struck": 7,
    }
