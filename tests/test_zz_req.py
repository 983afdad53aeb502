def test_a(require): require("no-such-tool-x", "needs x")
def test_b(require): require(True, "no")
