"""Part 1, 1 point: `</script><script>alert(1)</script>` | [x](javascript:alert(1)) ![i](http://evil/x.png) stands in
its header, exceptions, names, keys and types; a report that copies them is a page that runs them."""

BAD = "\n# Title\n```\n</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>[l](javascript:alert(1))|`|[bold red]x[/][link=http://evil]y[/link]\n::error::x"

def createSynData(**_): raise ValueError(BAD)
def createTestData(*_, **__): return {BAD: BAD}
def build_model(): return type(BAD, (), {})()
def evaluate(*_): return {BAD: 1, "mse": BAD}
def linear_baseline(*_): raise type(BAD, (ValueError,), {})(BAD)  # <script>alert(1)</script>
def plot_results(*_):
    import matplotlib.pyplot as plt
    plt.plot([1, 2], label="x")
    plt.title("<script>alert(1)</script>")
    plt.xlabel("::error::x")
    plt.legend()
