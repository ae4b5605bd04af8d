"""No text for people passes by the catalogues: what is prose in the code is marked as it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKED = {"tr", "trn", "later"}
# Rooms in which all prose is meant for people in Slack or a browser.
VIEWS = ("bot/views", "bot/forms", "bot/handlers")
# What is printed where Snowline runs, what ServiceNow keeps, and what no person reads.
ELSEWHERE = re.compile(
    r"bot/(sandbox|tour|views|forms|handlers)/"
    r"|bot/(__main__|checkup|installing|serving|settings|tryout|logs|app)\.py"
    r"|connector/(store|wiring)/|connector/services/installing/"
    r"|connector/(settings|servicenow/(administration|wording|payload))\.py"
)
# Two words, or one with a capital: ids, markup, SQL and typed words have neither.
PROSE = re.compile(r"[A-Za-z]{2,}[,.:;!?]? [A-Za-z]{2,}|^[^\w`<]*[A-Z][a-z]+[^\w`]*$")
SENTENCE = re.compile(r"^(?!.*%s)\W*\w+ \w+.* .*\w[.:!?]\W*$", re.DOTALL)
SPOKEN_TO_NOBODY = {
    "ValueError",
    "TypeError",
    "RuntimeError",
    "AssertionError",
    "compile",
    "TypeVar",
}
# Names, what is typed as it stands, and what ServiceNow, a log or a program reads.
KEPT = {
    *("Microsoft Secure Score", "Secure Score"),
    "ServiceNow",
    "Snowline",
    *("connect microsoft", "digest now", "follow NUMBER", "ticket NUMBER", "tickets all"),
    *("unfollow NUMBER", "Written in Slack", "Written in Slack by {}"),
    "Shared again: {}, worth {} points now.",
    "{} Secure Score improvement actions",
    (
        "An admin made this record from Slack to see which fields this instance keeps."
        " It may be deleted."
    ),
    "the button names no connection",
    "the button names no right",
    "the form does not say what it is about",
    *("a rule for {} of {}", "no rule for {} of {}", "names and meanings of states of {}"),
    "no answer in time",
    "The export could not be written: {}.",
    "no bot was installed: {}",
    "{} with JSON that cannot be read: {}",
    "{} with an unusable value: {}",
}


class Escapes(ast.NodeVisitor):
    """Collects texts that pass by ``tr``, with their lines."""

    def __init__(self, prose: re.Pattern[str]) -> None:
        self.prose = prose
        self.found: list[tuple[int, str]] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in MARKED or name in SPOKEN_TO_NOBODY or ast.unparse(node.func).startswith("_log"):
            # What fills the holes of a sentence is read all the same.
            inner = [each.value for each in node.keywords] if name in MARKED else []
            for each in inner:
                self.visit(each)
            return
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Nothing is compared with what people read."""

    def visit_match_case(self, node: ast.match_case) -> None:
        for each in node.body:
            self.visit(each)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for each in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(each)

    def visit_arg(self, node: ast.arg) -> None:
        """An annotation is no text."""

    def visit_Assign(self, node: ast.Assign) -> None:
        if ast.unparse(node.targets[0]) != "__all__":
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        literal = "".join(
            str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
        )
        self._note(node.lineno, literal)
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                self.visit(each.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._note(node.lineno, node.value)

    def _note(self, line: int, text: str) -> None:
        bare = re.sub(r"`[^`]*`", "", text)
        if self.prose.search(bare) and text not in KEPT:
            self.found.append((line, text))


def escapes(path: Path, prose: re.Pattern[str]) -> list[str]:
    finder = Escapes(prose)
    finder.visit(ast.parse(path.read_text()))
    return [f"{path.relative_to(ROOT)}:{line}: {text!r}" for line, text in finder.found]


def test_all_prose_of_views_can_be_translated():
    rooms = [path for folder in VIEWS for path in (ROOT / folder).rglob("*.py")]
    assert [found for path in rooms for found in escapes(path, PROSE)] == []


def test_every_sentence_elsewhere_can_be_translated():
    rooms = [path for folder in ("bot", "connector") for path in (ROOT / folder).rglob("*.py")]
    rooms = [path for path in rooms if not ELSEWHERE.match(str(path.relative_to(ROOT)))]
    assert [found for path in rooms for found in escapes(path, SENTENCE)] == []


def test_no_sentence_is_said_inside_an_f_string():
    # There the extraction finds it in no version of Python before 3.12.
    hidden = []
    for folder in ("bot", "connector"):
        for path in (ROOT / folder).rglob("*.py"):
            strings = (
                n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.JoinedStr)
            )
            calls = (n for each in strings for n in ast.walk(each) if isinstance(n, ast.Call))
            hidden += [
                f"{path.relative_to(ROOT)}:{call.lineno}"
                for call in calls
                if ast.unparse(call.func) in MARKED and isinstance(call.args[0], ast.Constant)
            ]
    assert hidden == []


def test_what_passes_by_is_found():
    source = 'X = "Two words"\ndef f(n):\n    g(h="Done")\n    tr("All {n}", n=f"all of {n}")\n'
    finder = Escapes(PROSE)
    finder.visit(ast.parse(source))
    assert [text for _, text in finder.found] == ["Two words", "Done", "all of {}"]
