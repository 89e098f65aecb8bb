"""The guards of a purchase: which there are, and in which order they are asked."""

from storage.purchasing.guards import GUARDS


def test_what_may_stop_a_purchase_reads_as_a_list_of_names() -> None:
    assert [guard.__name__ for guard in GUARDS] == [
        "cancelled",
        "paused",
        "moved",
        "account_missing",
        "supplier_left_alone",
    ]
