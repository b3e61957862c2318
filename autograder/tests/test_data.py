"""The data of Part 3 obey their law, and nothing but the move-out tells events from noise.

`pytest autograder/tests/test_data.py -k shortcut -s` prints the accuracies that data/README.md
states.
"""

import subprocess
import sys
import time
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from data import make_arrivals as make

DATA = Path(make.__file__).parent
SEEDS = (1234, 1, 2)
N_LAW = 10_000  # rows by which a law is judged

km = st.floats(-100, 100)
depth_km = st.floats(0.5, 30)
source = st.tuples(km, km, depth_km)
stations = st.lists(st.tuples(km, km), min_size=2, max_size=8)
seeds = st.integers(0, 2**128)


@pytest.fixture(scope="module")
def law() -> make.Rows:
    """Many fresh rows of the law."""
    return make.exam_rows(N_LAW, 20)


@pytest.mark.quick
@given(source, stations)
def test_far_stations_hear_later(source, stations):
    """The order of arrival is the order of distance from the source."""
    times_s = make.travel_times([source], stations)[0]
    distance_km = [np.linalg.norm(np.subtract(source, (*place, 0))) for place in stations]
    by_distance = np.argsort(distance_km)
    assert np.all(np.diff(times_s[by_distance]) >= -1e-9)
    assert np.isclose(times_s[by_distance[-1]] * make.VP_KM_S, max(distance_km))


@pytest.mark.quick
@given(source, stations, st.floats(1, 10))
def test_double_velocity_halves_travel_time(source, stations, vp_km_s):
    """Twice the P velocity means half the travel time."""
    slow = make.travel_times([source], stations, vp_km_s)
    fast = make.travel_times([source], stations, 2 * vp_km_s)
    np.testing.assert_allclose(fast, slow / 2)


@pytest.mark.quick
@given(source, stations, km, km)
def test_translation_changes_nothing(source, stations, east_km, north_km):
    """Network and source moved together hear the same event."""
    moved_source = np.add(source, (east_km, north_km, 0))
    moved_stations = np.add(stations, (east_km, north_km))
    moved = make.travel_times([moved_source], moved_stations)
    np.testing.assert_allclose(moved, make.travel_times([source], stations), atol=1e-9)


@pytest.mark.quick
@given(source)
def test_moveout_is_a_hyperbola(source):
    """Along a straight line of stations the squared travel time is a parabola of slope 1/vp^2."""
    line = np.column_stack([np.zeros(50), np.linspace(-100, 100, 50)])
    squares = make.travel_times([source], line)[0] ** 2
    curvature = np.polyfit(line[:, 1], squares, 2)[0]
    assert np.isclose(curvature, 1 / make.VP_KM_S**2, rtol=1e-6)


@pytest.mark.quick
def test_network_is_as_promised():
    """Six stations, south to north, at least 15 km apart, around the swarm in their middle."""
    east, north = make.STATIONS_KM.T
    apart_km = [np.linalg.norm(a - b) for a, b in combinations(make.STATIONS_KM, 2)]
    assert make.STATIONS_KM.shape == (6, 2)
    assert np.all(np.diff(north) > 0) and min(apart_km) >= 15
    assert np.all((east >= 0) & (east <= 10) & (np.abs(north) <= 100))
    assert (north < -5).sum() >= 2 and (north > 5).sum() >= 2


@pytest.mark.quick
@given(st.integers(0, 10), st.integers(-5, 5), st.integers(4, 12), st.floats(0, 60))
def test_perfect_event_fits_perfectly(east, north, depth, origin_s):
    """An event without pick errors at a grid source has no residual, whatever its origin time."""
    times_s = origin_s + make.travel_times([(east, north, depth)], make.STATIONS_KM)
    assert make.best_fit_rms(times_s)[0] < 1e-6


@pytest.mark.quick
@settings(max_examples=20)
@given(st.lists(st.floats(0, 99), min_size=6, max_size=6))
def test_best_fit_is_the_least_of_all_sources(times_s):
    """The fast RMS is the least over the grid of the plain one, origin time solved by the mean."""
    grid = [(x, y, z) for x in range(11) for y in range(-5, 6) for z in range(4, 13)]
    origins_s = np.array(times_s) - make.travel_times(grid, make.STATIONS_KM)
    assert np.isclose(make.best_fit_rms([times_s])[0], origins_s.std(axis=1).min(), atol=1e-6)


@pytest.mark.quick
@pytest.mark.parametrize("draw", [make.training_rows, make.test_rows])
def test_same_seed_same_bytes(draw):
    """The same seed gives the same bytes, another seed gives others."""
    assert make.to_text(draw(5)) == make.to_text(draw(5)) != make.to_text(draw(6))


@pytest.mark.quick
def test_committed_files_are_fresh(tmp_path):
    """The committed files are, byte for byte, what the command writes."""
    command = [sys.executable, DATA / "make_arrivals.py", "--out", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in DATA.glob("*.txt")}
    for name in names:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


@pytest.mark.quick
def test_file_format(tmp_path):
    """A file is the fixed header, then rows of six %6.2f times and a %4i label, with plain \\n."""
    rows = make.training_rows()
    make.write(rows, tmp_path / "rows.txt")
    header, *lines, end = (tmp_path / "rows.txt").read_bytes().decode("ascii").split("\n")
    assert header == "#   AT_  AT_  AT_  AT_  AT_  AT_   iEq" and end == ""
    assert {len(line) for line in lines} == {6 * 6 + 4} and "\r" not in "".join(lines)
    numbers = np.array([line.split() for line in lines], dtype=float)
    np.testing.assert_array_equal(numbers, np.column_stack([rows.X, rows.y]))


@pytest.mark.quick
def test_readme_shows_the_first_rows():
    """The example in data/README.md is the beginning of the training file."""
    beginning = (DATA / "arrival_times_train_ran_1234.txt").read_text().splitlines()[:3]
    assert "\n".join(beginning) in (DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.quick
def test_stations_file_holds_the_network():
    """stations.txt says that it is generated and holds the coordinates the rows are made with."""
    text = (DATA / "stations.txt").read_text()
    assert text.startswith("# Generated by data/make_arrivals.py; columns: id x_km y_km\n")
    read = np.loadtxt(DATA / "stations.txt", usecols=(1, 2))
    np.testing.assert_array_equal(read, make.STATIONS_KM)


@pytest.mark.quick
@pytest.mark.parametrize("seed", SEEDS)
def test_public_rows_are_distinct(seed):
    """600 training and 300 test rows, none twice, none in both."""
    train, test = make.training_rows(seed), make.test_rows(seed)
    assert (len(train.X), len(test.X)) == (600, 300)
    assert len(row_set(train.X) | row_set(test.X)) == 900


@pytest.mark.quick
@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 100).map(lambda half: 2 * half))
def test_every_draw_obeys_the_law(seed, n):
    """Any exam: balanced, distinct, not public, in the file's range, whole hundredths, margin."""
    rows = make.exam_rows(n, seed)
    assert rows.X.shape == (n, 6) and rows.X.dtype == np.float64
    assert rows.y.sum() * 2 == n == len(row_set(rows.X) - public_set())
    assert np.all((rows.X >= 0) & (rows.X <= 99.99))
    np.testing.assert_array_equal(rows.X, np.round(rows.X, 2))
    np.testing.assert_array_equal(rows.y == 1, rows.kind == "event")
    np.testing.assert_array_equal(rows.y == 1, make.best_fit_rms(rows.X) < 0.5)


@pytest.mark.quick
@pytest.mark.parametrize("rows", [make.training_rows(), make.test_rows(), make.exam_rows(1000, 3)])
def test_noise_kinds_have_their_shares(rows):
    """Noise is 30 % scramble, 10 % uniform, 30 % mixed, 15 % outliers, 15 % permuted, to a row."""
    kinds, counts = np.unique(rows.kind[rows.y == 0], return_counts=True)
    shares = {"scramble": 0.3, "uniform": 0.1, "mixed": 0.3, "outliers": 0.15, "permuted": 0.15}
    assert set(kinds.tolist()) == set(shares)
    for kind, count in zip(kinds.tolist(), counts, strict=True):
        assert abs(count - shares[kind] * counts.sum()) < 1, kind


@pytest.mark.quick
@given(st.integers(1, 5000))
def test_kind_counts_add_up(half):
    """Counts of all kinds add up, half of them events, none off its share by a row or more."""
    counts = make.kind_counts(2 * half)
    assert sum(counts.values()) == 2 * half and counts["event"] == half
    for kind, share in make.NOISE_SHARES.items():
        assert abs(counts[kind] - share * half) < 1


@pytest.mark.quick
@pytest.mark.parametrize("n", [-2, 0, 1, 7])
def test_odd_numbers_are_refused(n):
    """A number of rows that cannot be balanced exactly is refused, with the number named."""
    with pytest.raises(ValueError, match=f"n = {n}"):
        make.exam_rows(n, 1)


@pytest.mark.quick
@pytest.mark.parametrize("seed", SEEDS)
def test_rows_are_shuffled(seed):
    """The order of rows carries no label: halves and thirds of a file hold as many events."""
    for rows in (make.training_rows(seed), make.test_rows(seed)):
        for parts in (2, 3, 5):
            spread = [part.mean() for part in np.array_split(rows.y, parts)]
            assert np.ptp(spread) < 0.25


@pytest.mark.quick
def test_exam_excludes_rows():
    """Rows named in `exclude` never come back, and the rest of the law still holds."""
    first = make.exam_rows(100, 8)
    again = make.exam_rows(100, 8, exclude=first.X[:50])
    assert not row_set(again.X) & row_set(first.X[:50])
    assert len(row_set(again.X)) == 100 and again.y.sum() == 50


@pytest.mark.quick
def test_exam_never_repeats_public_rows(monkeypatch):
    """An exam on the very stream of the training rows still shares no row with them."""
    monkeypatch.setattr(make, "_stream", lambda entropy, purpose: np.random.SeedSequence(9))
    make._public_keys.cache_clear()
    try:
        public = row_set(make.training_rows().X) | row_set(make.test_rows().X)
        assert len(public) == 900
        assert not row_set(make.exam_rows(600, 1).X) & public
    finally:
        make._public_keys.cache_clear()


@pytest.mark.quick
def test_exam_seed_sequence_is_left_alone():
    """A SeedSequence gives the same exam each time, its children each their own, as do integers."""
    entropy = np.random.SeedSequence(2**127 + 5)
    one, two = make.exam_rows(50, entropy), make.exam_rows(50, entropy)
    child = make.exam_rows(50, entropy.spawn(1)[0])
    np.testing.assert_array_equal(one.X, two.X)
    np.testing.assert_array_equal(one.X, make.exam_rows(50, 2**127 + 5).X)
    assert not row_set(one.X) & row_set(child.X)


@pytest.mark.quick
def test_purposes_have_their_own_streams(monkeypatch):
    """One seed gives each purpose other rows, and more rows of one change no row of another."""
    streams = [make._stream(4, purpose) for purpose in make.PURPOSES]
    drawn = [row_set(make._draw_rows(60, stream, set()).X) for stream in streams]
    assert len(set.union(*drawn)) == 180
    test, exam = make.test_rows(4).X, make.exam_rows(20, 4).X
    monkeypatch.setattr(make, "N_TRAIN", 10)
    np.testing.assert_array_equal(make.test_rows(4).X, test)
    np.testing.assert_array_equal(make.exam_rows(20, 4).X, exam)


@pytest.mark.quick
def test_exam_is_fast():
    """1000 exam rows take less than a second."""
    started = time.perf_counter()
    make.exam_rows(1000, 77)
    assert time.perf_counter() - started < 1


@pytest.mark.quick
@pytest.mark.parametrize("kind", ["scramble", "mixed"])
def test_single_stations_carry_no_label(law, kind):
    """At each station alone, picks of scramble and mixed rows are spread as those of events."""
    events, noise = law.X[law.y == 1], law.X[law.kind == kind]
    for station in range(6):
        assert ks_2samp(events[:, station], noise[:, station]).statistic < 0.08


@pytest.mark.quick
@pytest.mark.parametrize("feature", [np.min, np.max, np.mean, np.ptp])
def test_permuted_rows_differ_in_order_only(law, feature):
    """Earliest, latest and mean time and the range of permuted rows are spread as in events."""
    events, noise = law.X[law.y == 1], law.X[law.kind == "permuted"]
    assert ks_2samp(feature(events, axis=1), feature(noise, axis=1)).statistic < 0.08


@pytest.mark.quick
def test_origin_times_follow_one_law(law):
    """The mean time of a row, which moves with the origin time, tells events from noise badly."""
    events, noise = law.X[law.y == 1].mean(axis=1), law.X[law.y == 0].mean(axis=1)
    assert abs(events.mean() - noise.mean()) < 0.3
    assert ks_2samp(events, noise).statistic < 0.16


@pytest.mark.quick
def test_no_exact_value_leaks_the_label(law):
    """No time piles up in noise rows: bad times were redrawn, not clipped."""
    for X in (law.X[law.y == 0], law.X[law.y == 1]):
        _, counts = np.unique(X, return_counts=True)
        assert (
            counts.max() < 60
        )  # 30000 times share 3000 values: the commonest stands there about 35 times
        assert (X == 0).sum() <= 3 and (X == 99.99).sum() == 0
    ties = [np.mean([len(set(row)) < 6 for row in law.X[law.y == y]]) for y in (0, 1)]
    assert abs(ties[0] - ties[1]) < 0.02


@pytest.mark.quick
def test_last_digit_carries_no_label(law):
    """A model that sees only the last digit of each time guesses."""
    digits = np.rint(law.X * 100).astype(int) % 10
    model = RandomForestClassifier(50, min_samples_leaf=5, random_state=0, n_jobs=1)
    accuracy = model.fit(digits[:5000], law.y[:5000]).score(digits[5000:], law.y[5000:])
    assert abs(accuracy - 0.5) < 0.03


@pytest.mark.quick
def test_outlier_rows_hold_four_good_picks(law):
    """Four picks of an outliers row fit one swarm event, and hardly ever do five."""
    X = law.X[law.kind == "outliers"]
    four = np.min([subset_rms(X, picks) for picks in combinations(range(6), 4)], axis=0)
    five = np.min([subset_rms(X, picks) for picks in combinations(range(6), 5)], axis=0)
    assert four.max() < 0.35 and np.mean(five < 0.35) < 0.05


@pytest.mark.quick
def test_mixed_rows_hold_two_events(law):
    """Picks of a mixed row split into two swarm events of at least two picks each."""
    X = law.X[law.kind == "mixed"]
    splits = [picks for size in (2, 3) for picks in combinations(range(6), size)]
    others = [tuple(sorted(set(range(6)) - set(picks))) for picks in splits]
    pairs = zip(splits, others, strict=True)
    worse = [np.maximum(subset_rms(X, a), subset_rms(X, b)) for a, b in pairs]
    assert np.min(worse, axis=0).max() < 0.35


@pytest.mark.quick
def test_mixed_events_are_three_to_ten_seconds_apart(law):
    """Origin times 3 to 10 s apart leave a residual of 1 to 5 s for any lone event."""
    rms = make.best_fit_rms(law.X[law.kind == "mixed"])
    print(f"\nRMS of mixed rows {np.quantile(rms, [0, 0.01, 0.99, 1]).round(2)} s")
    assert np.quantile(rms, 0.01) > 0.8 and rms.max() < 5.3


@pytest.mark.quick
def test_permuted_rows_hold_one_event(law):
    """Some order of a permuted row's picks fits a swarm event."""
    X = law.X[law.kind == "permuted"][:20]
    fits = [make.best_fit_rms(X[:, order]) for order in permutations(range(6))]
    assert np.min(fits, axis=0).max() < 0.35


@pytest.mark.quick
@pytest.mark.parametrize("seed", SEEDS)
def test_physics_is_always_right(seed):
    """The RMS residual of the best swarm event tells all of 4000 rows apart, with room to spare."""
    rows = make.exam_rows(4000, seed)
    rms = make.best_fit_rms(rows.X)
    print(f"\nseed {seed}: RMS of events at most {rms[rows.y == 1].max():.2f} s")
    assert np.mean((rms < 0.5) == rows.y) == 1.0
    assert 0.04 < np.median(rms[rows.y == 1]) < 0.1 and rms[rows.y == 1].max() < 0.3


@pytest.mark.quick
def test_fine_grid_changes_no_label(law, monkeypatch):
    """With a grid twice as fine the margin still parts the classes."""
    X, y = law.X[:1000], law.y[:1000]
    monkeypatch.setattr(make, "GRID_STEP_KM", 0.5)
    make._swarm_grid.cache_clear()
    try:
        np.testing.assert_array_equal(make.best_fit_rms(X) < 0.45, y == 1)
    finally:
        make._swarm_grid.cache_clear()


def stump() -> DecisionTreeClassifier:
    """One threshold on one number."""
    return DecisionTreeClassifier(max_depth=1)


def scaled(model):
    """A model that sees standardised columns."""
    return make_pipeline(StandardScaler(), model)


def raw(X: np.ndarray) -> np.ndarray:
    """The times as they are."""
    return X


def after_first(X: np.ndarray) -> np.ndarray:
    """Times after the first arrival of the row."""
    return X - X.min(axis=1, keepdims=True)


def in_order(X: np.ndarray) -> np.ndarray:
    """Times sorted within the row: blind to which station heard them."""
    return np.sort(X, axis=1)


def in_order_after_first(X: np.ndarray) -> np.ndarray:
    """Sorted times after the first arrival."""
    return in_order(after_first(X))[:, 1:]


def linear():
    """Logistic regression, hardly regularised."""
    return scaled(LogisticRegression(C=100, max_iter=2000))


def forest() -> RandomForestClassifier:
    """A random forest with a seed."""
    return RandomForestClassifier(200, random_state=0, n_jobs=1)


def kernel():
    """A support vector machine with a Gaussian kernel."""
    return scaled(SVC(C=10))


def network():
    """A dense network with a seed."""
    return scaled(MLPClassifier((48, 48), max_iter=500, random_state=0))


# name: model, what it sees, least and greatest accuracy for any seed
SHORTCUTS = {
    "row range, one threshold": (stump, lambda X: np.ptp(X, axis=1)[:, None], 0.65, 0.74),
    "latest time, one threshold": (stump, lambda X: X.max(axis=1)[:, None], 0.46, 0.60),
    "earliest time, one threshold": (stump, lambda X: X.min(axis=1)[:, None], 0.46, 0.60),
    "any one station, one threshold": (stump, raw, 0.50, 0.61),
    "logistic regression": (linear, raw, 0.64, 0.89),
    "logistic regression, first arrival removed": (linear, after_first, 0.75, 0.89),
    "random forest, sorted times": (forest, in_order, 0.80, 0.92),
    "support vector machine, sorted times": (kernel, in_order_after_first, 0.85, 0.935),
    "dense network, sorted times": (network, in_order, 0.85, 0.935),
    "random forest": (forest, raw, 0.95, 1.0),
    "support vector machine": (kernel, raw, 0.96, 1.0),
}


@pytest.mark.parametrize("name", SHORTCUTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_shortcut_falls_short(seed, name):
    """Whoever ignores the move-out stays below 0.95; models that see it in full do better."""
    model, see, least, greatest = SHORTCUTS[name]
    train, exam = make.training_rows(seed), make.exam_rows(2000, seed)
    accuracy = model().fit(see(train.X), train.y).score(see(exam.X), exam.y)
    print(f"\n{seed:5} {name:45} {accuracy:.3f}", end="")
    assert least <= accuracy <= greatest


def row_set(X: np.ndarray) -> set[tuple[float, ...]]:
    """Return the rows as a set of tuples."""
    return {tuple(row) for row in X.tolist()}


def public_set() -> set[tuple[float, ...]]:
    """Return the rows of the two public files."""
    names = ("arrival_times_train_ran_1234.txt", "arrival_times_test_ran_1234.txt")
    return set().union(*(row_set(np.loadtxt(DATA / name)[:, :6]) for name in names))


def subset_rms(X: np.ndarray, picks: tuple[int, ...]) -> np.ndarray:
    """Return (n,) best RMS of some columns of (n, 6) rows, by plain grid search."""
    grid = [(x, y, z) for x in range(0, 11, 2) for y in range(-5, 6, 2) for z in range(4, 13, 2)]
    times_s = make.travel_times(grid, make.STATIONS_KM[list(picks)])
    origins_s = X[:, None, list(picks)] - times_s  # (n, g, m)
    return origins_s.std(axis=2).min(axis=1)
