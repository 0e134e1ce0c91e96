"""The pretend city's life: the real volumes and rhythm, the same for the same seed, the past unchanged by asking."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.city import City, build
from demo.clock import WIB, Clock
from demo.complaints import LONGEST_WAIT_DAYS

START = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


def city(seed: int = 36, speed: float = 1.0) -> City:
    return build(seed, Clock(START, speed))


@pytest.mark.parametrize("seed", [1, 36, 99])
def test_ninety_days_hold_about_38_complaints_a_day(seed: int) -> None:
    lives = city(seed).complaints.at(START)
    assert 35 < len(lives) / 90 < 41


@pytest.mark.parametrize("seed", [1, 36, 99])
def test_about_190_wait_and_20_are_in_progress(seed: int) -> None:
    counts = Counter(life.detailed(START) for life in city(seed).complaints.at(START))
    assert 150 < counts["RECEIVED"] < 230
    assert 8 < counts["IN_PROCESS"] < 34


def test_only_slow_agencies_leave_requests_waiting_for_more_than_a_week() -> None:
    lives = city().complaints.at(START)
    late = {life.category.agency for life in lives if life.detailed(START) == "RECEIVED" and START - life.born > WEEK}
    assert late
    assert late <= LONGEST_WAIT_DAYS.keys()
    assert {life.category.agency for life in lives} - late


def test_more_is_reported_at_noon_than_at_night_and_less_on_sundays() -> None:
    born = [life.born.astimezone(WIB) for life in city().complaints.at(START)]
    hours, days = Counter(at.hour for at in born), Counter(at.weekday() for at in born)
    assert sum(hours[hour] for hour in (8, 9, 10, 11)) > 4 * sum(hours[hour] for hour in (0, 1, 2, 3))
    assert days[6] < days[0]


def test_requests_move_from_waiting_to_done() -> None:
    everyone = city().complaints
    waiting = {life.number for life in everyone.at(START) if life.detailed(START) == "RECEIVED"}
    later = START + WEEK
    done = {life.number for life in everyone.at(later) if life.detailed(later) == "PROCESSED"}
    assert waiting & done
    assert waiting - done


def test_old_requests_are_closed_late_and_say_when() -> None:
    everyone = city().complaints
    later = START + timedelta(days=1)
    closed = [
        life
        for life in everyone.at(later)
        if START < life.changed(later) <= later and life.detailed(later) == "PROCESSED" and START - life.born > WEEK
    ]
    assert closed
    assert all(life.changed(later) == life.ended for life in closed)


def test_the_same_seed_gives_the_same_city_however_it_is_asked() -> None:
    one, other = city(), city()
    later = START + timedelta(hours=30)
    for minutes in range(0, 30 * 60, 7):
        one.complaints.at(START + timedelta(minutes=minutes))
        one.traffic.jams(START + timedelta(minutes=minutes))
    assert one.complaints.at(later) == other.complaints.at(later)
    assert one.traffic.jams(later) == other.traffic.jams(later)
    assert one.beds.at("0000R001", later) == other.beds.at("0000R001", later)


def test_another_seed_gives_another_city() -> None:
    assert city(1).complaints.at(START) != city(2).complaints.at(START)


def test_a_moment_that_has_passed_can_be_asked_again() -> None:
    known = city()
    before = known.complaints.at(START), known.traffic.reports(START), known.beds.at("0000R001", START)
    known.complaints.at(START + WEEK)
    assert before == (known.complaints.at(START), known.traffic.reports(START), known.beds.at("0000R001", START))


def test_a_faster_clock_brings_more_news_stamped_with_the_real_time() -> None:
    slow, fast = city(speed=1), city(speed=50)
    later = START + timedelta(hours=2)
    assert len(fast.complaints.at(later)) > len(slow.complaints.at(later)) + 50
    stamps = [fast.clock.stamp(life.born) for life in fast.complaints.at(later)]
    assert max(stamps) <= later
    assert max(stamps) > later - timedelta(minutes=30)


@pytest.mark.parametrize("seed", [1, 36, 99])
def test_about_three_quarters_of_the_beds_are_occupied(seed: int) -> None:
    beds = city(seed).beds
    states = [state for hospital in beds.hospitals for state in beds.at(hospital.code, START)]
    wards = [state for state in states if state.room.bed_class != "IGD"]
    share = 1 - sum(state.free for state in wards) / sum(state.room.capacity for state in wards)
    assert 0.68 < share < 0.80


def test_numbers_of_beds_move_from_minute_to_minute() -> None:
    beds = city(speed=10).beds

    def free(moment: datetime) -> list[int]:
        return [state.free for hospital in beds.hospitals for state in beds.at(hospital.code, moment)]

    changes = [
        sum(
            before != after
            for before, after in zip(
                free(START + timedelta(minutes=minute)), free(START + timedelta(minutes=minute + 1)), strict=True
            )
        )
        for minute in range(20)
    ]
    assert 1 <= sum(changes) / len(changes) <= 40


def test_beds_hold_the_faults_that_real_feeds_have() -> None:
    beds = city().beds
    reported = {hospital.code: beds.at(hospital.code, START) for hospital in beds.hospitals}
    assert sum(not states for states in reported.values()) == 2
    newest = {code: max(state.updated for state in states) for code, states in reported.items() if states}
    assert [code for code, at in newest.items() if START - at > timedelta(hours=3)] == [beds.stopped]
    states = [state for states in reported.values() for state in states]
    assert 2 <= sum(state.men + state.women != state.free for state in states) <= 20
    assert any(state.free > state.room.capacity for state in states)


def test_every_reporting_hospital_has_reported_within_minutes() -> None:
    beds = city().beds
    later = START + timedelta(hours=5)
    for hospital in beds.hospitals:
        states = beds.at(hospital.code, later)
        if states and hospital.code != beds.stopped:
            assert later - max(state.updated for state in states) < timedelta(minutes=7)


def test_there_are_more_jams_in_the_rush_hour_than_at_night() -> None:
    traffic = city().traffic
    rush = sum(len(traffic.jams(START.replace(hour=10, minute=30) + timedelta(days=day))) for day in range(4))
    night = sum(len(traffic.jams(START.replace(hour=19, minute=30) + timedelta(days=day))) for day in range(4))
    assert rush > 3 * night


def test_reports_to_the_police_are_opened_and_cleared() -> None:
    traffic = city().traffic
    stages = Counter(report.stage(START)[0] for report in traffic.reports(START))
    assert set(stages) >= {"cleared", "officer_sent"}
    assert 2 < sum(count for stage, count in stages.items() if stage != "cleared") < 40


def test_nearly_all_applications_are_up_and_now_and_then_one_is_not() -> None:
    apps = city().apps
    down: list[int] = []
    for hour in range(48):
        states = [apps.at(id, START + timedelta(hours=hour)) for id in apps.applications]
        down.append(sum(state is not None and state.state != "up" for state in states))
    assert max(down) <= 8
    assert sum(down) > 10
