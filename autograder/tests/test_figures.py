"""The pictures of the task sheet show what they claim, the same each time, for every reader."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from data import draw_figures as draw
from data.make_arrivals import NOISE_SHARES, STATIONS_KM, travel_times

NAMES = list(draw.FIGURES)


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    """Every figure, drawn once."""
    return {name: function() for name, function in draw.FIGURES.items()}


@pytest.mark.quick
@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32))
def test_pick_is_near_the_true_arrival(seed):
    """The trigger finds the P arrival on any trace: never early, at most 0.2 s late."""
    trace = draw.synthetic_trace(np.random.default_rng(seed))
    pick_s = draw.pick_onset(draw.sta_lta(trace))
    assert draw.ONSET_S <= pick_s <= draw.ONSET_S + 0.2


@pytest.mark.quick
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(-600, 600))
def test_pick_moves_with_the_trace(seed, shift):
    """A trace moved in time moves its pick as far: it is found, not known beforehand."""
    trace = draw.synthetic_trace(np.random.default_rng(seed))
    pick_s = draw.pick_onset(draw.sta_lta(trace))
    quiet = trace[:1400]  # before the arrival
    moved = np.concatenate([quiet[:shift], trace]) if shift > 0 else trace[-shift:]
    moved_s = draw.pick_onset(draw.sta_lta(moved))
    assert moved_s == pytest.approx(pick_s + shift / draw.SAMPLING_HZ)


@pytest.mark.quick
@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_gives_no_pick(seed):
    """Before the arrival the trigger stays silent."""
    trace = draw.synthetic_trace(np.random.default_rng(seed))
    assert draw.pick_onset(draw.sta_lta(trace[: int(draw.ONSET_S * draw.SAMPLING_HZ)])) is None


@pytest.mark.quick
def test_sta_lta_is_the_ratio_of_mean_energies():
    """The characteristic function agrees with its definition, sample by sample."""
    trace = np.random.default_rng(0).normal(size=1000)
    ratio = draw.sta_lta(trace, sta_s=0.5, lta_s=3)
    assert ratio.shape == trace.shape and np.isnan(ratio[:299]).all()
    for end in (300, 555, 1000):
        expected = np.mean(trace[end - 50 : end] ** 2) / np.mean(trace[end - 300 : end] ** 2)
        assert ratio[end - 1] == pytest.approx(expected)


@pytest.mark.quick
@given(st.integers(0, 10), st.integers(-5, 5), st.integers(4, 12), st.floats(0, 20))
def test_fit_finds_the_source(east, north, depth, origin_s):
    """The best-fit move-out of a perfect event runs through its arrivals."""
    times_s = origin_s + travel_times([(east, north, depth)], STATIONS_KM)[0]
    fit = draw.fit_moveout(times_s, STATIONS_KM)
    np.testing.assert_allclose(fit, (east, north, depth, origin_s), atol=1e-6)
    along, curve_s = draw.moveout_curve(fit, STATIONS_KM)
    np.testing.assert_allclose(np.interp(STATIONS_KM[:, 1], along, curve_s), times_s, atol=0.02)


@pytest.mark.quick
def test_seismogram_marks_the_pick_that_was_found(figures):
    """The line of the pick stands where the trigger fires on the very trace that is drawn."""
    whole, function, zoom = figures["seismogram.png"].axes
    trace = whole.get_lines()[0].get_ydata()
    np.testing.assert_array_equal(zoom.get_lines()[0].get_ydata(), trace)
    np.testing.assert_array_equal(function.get_lines()[0].get_ydata(), draw.sta_lta(trace))
    for axes in (whole, function, zoom):
        (pick,) = [line for line in axes.get_lines() if "pick" in line.get_label()]
        assert pick.get_xdata()[0] == draw.pick_onset(draw.sta_lta(trace)) != draw.ONSET_S


@pytest.mark.quick
def test_moveout_shows_three_events_and_false_picks(figures):
    """Three colours, three markers, gray false picks, and picks close to their hyperbola."""
    (axes,) = figures["moveout.png"].axes
    lines = {line.get_label(): line for line in axes.get_lines()}
    events = [lines[f"event {number}"] for number in (1, 2, 3)]
    curves = [line for line in axes.get_lines() if len(line.get_xdata()) == 400]
    assert len({to_hex(line.get_color()) for line in events}) == 3
    assert len({line.get_marker() for line in events}) == 3
    assert lines["false pick"].get_color() == draw.GRAY
    for event, curve in zip(events, curves, strict=True):
        fitted_s = np.interp(event.get_xdata(), *curve.get_data())
        assert np.abs(fitted_s - event.get_ydata()).max() < 0.5


@pytest.mark.quick
def test_network_shows_the_whole_network(figures):
    """Both maps have equal scales; the first holds all stations, the second the whole swarm."""
    whole, zoom, _colour_bar = figures["network.png"].axes
    for axes in (whole, zoom):
        assert axes.get_aspect() == 1.0
    names = {text.get_text() for text in whole.texts}
    assert names == {f"ST{number}" for number in range(1, 7)}
    for axis, places in zip((whole.get_xlim(), whole.get_ylim()), STATIONS_KM.T, strict=True):
        assert axis[0] < places.min() and places.max() < axis[1]


@pytest.mark.quick
def test_six_stations_shows_every_kind(figures):
    """One panel per kind of row; events fit better than any noise."""
    panels = figures["six_stations.png"].axes
    titles = [axes.get_title(loc="left") for axes in panels]
    assert titles == list(draw.ROW_TITLES.values())
    assert set(draw.ROW_TITLES) == {"event", *NOISE_SHARES}
    residuals = [float(axes.texts[0].get_text().split()[-2]) for axes in panels]
    assert residuals[0] < 0.3 and min(residuals[1:]) >= 0.5


@pytest.mark.quick
@pytest.mark.parametrize("name", NAMES)
def test_axes_have_labels_with_units(figures, name):
    """Every axis that shows numbers says what they are and in which unit."""
    for axes in figures[name].axes:
        for axis in (axes.xaxis, axes.yaxis):
            shown = any(
                tick.label1.get_visible() or tick.label2.get_visible()
                for tick in axis.get_major_ticks()
            )
            if shown and axis.get_major_ticks():
                assert "(" in axis.get_label_text(), f"{name}: {axes.get_title(loc='left')}"


@pytest.mark.quick
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off(figures, name):
    """All axes, labels and legends lie inside the picture."""
    figure = figures[name]
    FigureCanvasAgg(figure).draw()
    inner = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert inner.x0 >= 0 and inner.y0 >= 0 and inner.x1 <= width and inner.y1 <= height


@pytest.mark.quick
def test_every_figure_has_alt_text():
    """Each picture is told in words, in sentences long enough to replace it."""
    assert set(draw.ALT_TEXT) == set(draw.FIGURES)
    assert all(len(text) > 150 and text.endswith(".") for text in draw.ALT_TEXT.values())


def test_drawing_twice_gives_the_same_pixels(tmp_path):
    """The command and the function draw the same bytes; the files say what made them."""
    here, there = tmp_path / "here", tmp_path / "there"
    draw.draw_all(here)
    subprocess.run([sys.executable, draw.__file__, "--out", there], check=True, capture_output=True)
    for name in NAMES:
        with Image.open(here / name) as one, Image.open(there / name) as two:
            np.testing.assert_array_equal(np.asarray(one), np.asarray(two), err_msg=name)
            assert one.info["Comment"] == "Generated by data/draw_figures.py"
            assert "Software" not in one.info
        assert (here / name).read_bytes() == (there / name).read_bytes()
