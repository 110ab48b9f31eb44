from tests.benchmarks.curve_picture import averaged, cells, picture, table

FIGURES = {
    "a|0|zero-shot||0": 0.6,
    "a|1|pre-trained|full|0": 0.5,
    "a|1|pre-trained|full|1": 0.7,
    "a|1|plain MiniLM|full|0": 0.1,
    "b|1|pre-trained|full|0": 0.4,
}


def test_a_cell_has_mean_deviation_and_runs():
    found = cells(FIGURES)["a", "pre-trained", "full"]
    mean, spread, runs = found[1]
    assert (round(mean, 9), round(spread, 4), runs) == (0.6, 0.1414, 2)


def test_a_line_is_averaged_where_every_set_has_it():
    found = averaged(cells(FIGURES))
    assert abs(found["average", "pre-trained", "full"][1][0] - 0.5) < 1e-9
    assert ("average", "plain MiniLM", "full") not in found


def test_the_table_says_mean_deviation_and_runs():
    assert "| a | pre-trained | full | 0.600 | 0.600 ± 0.141 (2) |" in table(FIGURES)


def test_the_picture_draws_every_line_and_names_it_once():
    drawn = picture(FIGURES)
    points = {(line.name, line.xaxis): (list(line.x), list(line.y)) for line in drawn.data}
    assert points["plain MiniLM, full", "x"] == (["k=1"], [0.1])
    assert points["pre-trained, full", "x2"] == (["k=1"], [0.4])
    assert len(points) == 3
    assert sorted(line.name for line in drawn.data if line.showlegend) == [
        "plain MiniLM, full",
        "pre-trained, full",
    ]
    assert [one.y0 for one in drawn.layout.shapes] == [0.6]
