"""Part 1, 1 point: returns figures whose artists give other data than they draw, raise, loop, or are no artists at
all; a description of figures asks them all."""
import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

class Line(Line2D):
    def get_xdata(self, orig=True): raise SystemExit("all passed")
    def get_ydata(self, orig=True): return [10**400]
    def get_visible(self): return {"passed": True}

class Liar(Figure):
    @property
    def axes(self): return [self] * 10**5
    lines = collections = patches = images = containers = legends = texts = property(lambda self: self.axes)
    def __getattr__(self, name): return lambda *_, **__: self.axes

def plot_results(history, X_test, y_test, y_pred):
    figure, ax = plt.subplots()
    ax.add_line(Line([1, 2], [1, 2]))
    return [Liar(), figure, {"figure": figure}, type("F", (), {"figure": figure, "axes": 5, "savefig": 1})()]
