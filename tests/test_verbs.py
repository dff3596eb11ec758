"""The sentence of each verb is true of every model that the code writes it about.

The pairs are found in the source: each call of `record` and `record_many`, with the model of its object. So a verb borrowed for
another model, such as "closed" for something deleted, fails here until its sentence is read with that model in mind.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from communities.verbs import Verb
from sparks import workflow
from tests import checks

ROOT = Path(__file__).resolve().parent.parent
#: Verbs whose sentence is true of a row of any model.
OF_ANYTHING = {"CREATE", "UPDATE", "DELETE", "EXPORT", "ERASE_NAME", "RESTORE", "UNDO"}
#: The models that the sentence and the label of every other verb are true of. Read both before you add a model.
TRUE_OF = {
    "ACCEPT": {"communities.invitation"},
    "ADD_MEMBER": {"communities.user"},
    "AGREE": {"connectors.consentrecord"},
    "ANSWER_ON_SHEET": {"connectors.readbacklink"},
    "APPLY": {"assets.importbatch"},
    "AGREE_AMENDMENT": {"sparks.spark"},
    "AMEND": {"sparks.spark"},
    "APPEAL": {"sparks.spark"},
    "LAPSE": {"sparks.spark"},
    "REFUSE_AMENDMENT": {"sparks.spark"},
    "PROPOSE": {"sparks.fundproposal"},
    "AGREE_PROPOSAL": {"sparks.fundproposal"},
    "REFUSE_PROPOSAL": {"sparks.fundproposal"},
    "TAKE_BACK": {"sparks.spark"},
    "APPROVE": {"sparks.spark"},
    "ASK_QUESTION": {"sparks.spark"},
    "AWAY": {"communities.user"},
    "BACK": {"communities.user"},
    "BECOME_CHAMPION": {"connectors.person"},
    "BECOME_CONNECTOR": {"connectors.person"},
    "CANCEL": {"sparks.spark"},
    "CHANGE_PASSWORD": {"communities.user"},
    "CHANGE_ROLES": {"communities.user"},
    "CHOOSE_HOLDER": {"sparks.spark"},
    "CLOSE": {"evaluation.profilecategory", "evaluation.release", "sparks.spark"},
    "CLOSE_ACCOUNT": {"communities.user"},
    "CLOSE_ASK": {"connectors.ask"},
    "CLOSE_SHEET": {"connectors.readbacklink"},
    "CONFIRM": {"assets.asset"},
    "CONFIRM_MANAGER": {"communities.user"},
    "CORRECT_ON_SHEET": {"connectors.readbacklink"},
    "COUNT_WORDS": {"communities.team"},
    "DECIDE": {"sparks.decision"},
    "DECLARE_CONFLICT": {"sparks.spark"},
    "DECLINE": {"sparks.spark"},
    "DESTROY_KEY": {"connectors.sealingkey"},
    "DISCARD": {"assets.importbatch", "connectors.sealeditem"},
    "DISMISS": {"connectors.dismissal"},
    "END": {"connectors.journey", "evaluation.indicator"},
    "CLOSE_STEP": {"connectors.nextstep"},
    "ERASE": {"connectors.person"},
    "FINISH": {"connectors.nextstep"},
    "FIND_EMPTY": {"connectors.device"},
    "HAND_OVER": {"communities.user"},
    "HANDLE_WISH": {"connectors.wish"},
    "IGNORE_WORD": {"connectors.teamword"},
    "INVITE": {"communities.invitation"},
    "INVITE_AGAIN": {"communities.invitation"},
    "MAKE_LINK": {"connectors.readbacklink"},
    "MARK_READY": {"sparks.spark"},
    "MOVE_DATE": {"sparks.spark"},
    "NOT_TAKEN_UP": {"sparks.application"},
    "SEND_APPLICATION": {"sparks.application"},
    "TAKE_UP": {"sparks.application"},
    "WITHDRAW_APPLICATION": {"sparks.application"},
    "MATCH_PEOPLE": {"connectors.conversation"},
    "MEET": {"connectors.ask"},
    "MERGE": {"connectors.person"},
    "NAME_ADMINISTRATOR": {"communities.user"},
    "OPEN": {"connectors.sealeditem"},
    "OPEN_ACCOUNT": {"communities.user"},
    "OPEN_SHEET": {"connectors.readbacklink"},
    "PARK": {"connectors.sealeditem"},
    "PAY": {"sparks.spark"},
    "PUBLISH": {"connectors.privacynotice", "evaluation.pack", "evaluation.story"},
    "RECEIVE": {"connectors.sealeditem"},
    "RECOMMEND": {"sparks.spark"},
    "RECORD_OUTCOME": {"connectors.introduction"},
    "PROPOSE_PAYEE": {"sparks.spark"},
    "PROPOSE_CORRECTION": {"sparks.spark"},
    "PROPOSE_RETURN": {"sparks.spark"},
    "RECOVER": {"sparks.spark"},
    "REFUSE": {"connectors.consentrecord"},
    "REFUSE_ERASED": {"connectors.sealeditem"},
    "REHEARSE": {"assets.importbatch"},
    "REMOVE_MEMBER": {"communities.user"},
    "REOPEN": {"connectors.ask", "connectors.nextstep", "sparks.spark"},
    "REPORT": {"sparks.spark"},
    "RESET_PASSWORD": {"communities.user"},
    "RETIRE": {"assets.asset", "connectors.sealingkey"},
    "REVIEW_LOSS": {"connectors.device"},
    "RULE_OUT": {"sparks.spark"},
    "SEND_BACK": {"evaluation.story"},
    "SETTLE": {"connectors.sealeditem"},
    "SIGN_IN": {"communities.user"},
    "SIGN_IN_FAILED": {"communities.user"},
    "SIGN_OUT": {"communities.user"},
    "STOP_ADMINISTERING": {"communities.user"},
    "STOP_ASKING": {"connectors.introduction"},
    "STOP_CHAMPIONING": {"connectors.person"},
    "STOP_CONNECTING": {"connectors.person"},
    "SUBMIT": {"evaluation.story", "sparks.spark"},
    "TELL": {"connectors.person"},
    "TWO_PEOPLE": {"connectors.twopeople"},
    "UNDO_MERGE": {"connectors.person"},
    "UNLOCK": {"communities.user"},
    "WRITE_MESSAGE": {"communities.message"},
    "SEND_MESSAGE": {"communities.message"},
    "GIVE_UP_MESSAGE": {"communities.message"},
    "SEND_MESSAGE_AGAIN": {"communities.message"},
    "LEAVE_TO_PEOPLE": {"communities.message"},
    "TELL_MESSAGE": {"communities.message"},
    "WITHDRAW_MESSAGE": {"communities.message"},
    "WISH": {"connectors.wish"},
    "WISH_ON_SHEET": {"connectors.readbacklink"},
    "WITHDRAW": {"evaluation.packlink", "evaluation.releaseaddress", "sparks.spark", "sparks.fundproposal"},
    "WITHDRAW_CONSENT": {"evaluation.story"},
    "WITHDRAW_INVITATION": {"communities.invitation"},
}


def source_files() -> Iterator[Path]:
    """Yield the modules of the apps and the demonstration."""
    for app in (*checks.APPS, "config"):
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def models_by_name() -> dict[str, str]:
    """Return the label of each model by its class name."""
    return {model.__name__: model._meta.label_lower for model in apps.get_models()}


def model_in(node: ast.AST | None, models: dict[str, str]) -> str:
    """Return the model that an annotation or an expression names; "" for none."""
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)] if node is not None else []
    return next((models[name] for name in names if name in models), "")


def returned(trees: dict[str, ast.Module], models: dict[str, str]) -> dict[str, str]:
    """Return the model that each function returns by its annotation, without names that mean different models."""
    found: dict[str, set[str]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, set()).add(model_in(node.returns, models))
    return {name: one.pop() for name, one in found.items() if len(one) == 1}


def verbs_in(node: ast.AST) -> list[str]:
    """Return the names of the verbs in an expression."""
    attributes = (each for each in ast.walk(node) if isinstance(each, ast.Attribute))
    return [each.attr for each in attributes if isinstance(each.value, ast.Name) and each.value.id == "Verb"]


class Pairs(ast.NodeVisitor):
    """Collect (verb, model) of each call that is given a verb and an object, and the calls whose model cannot be told."""

    def __init__(self, path: str, tree: ast.Module, models: dict[str, str], returns: dict[str, str]) -> None:
        self.path, self.tree, self.models = path, tree, models
        self.found: set[tuple[str, str]] = set()
        self.unclear: list[tuple[str, int, str]] = []
        own = returned({path: tree}, models)
        self.returns = returns | {name: model for name, model in own.items() if model}
        self.functions: list[ast.FunctionDef] = []

    def model_in(self, node: ast.AST | None) -> str:
        """Return the model that an annotation or an expression names; "" for none."""
        return model_in(node, self.models)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Remember the function that a call is in."""
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Note a call that writes an entry, or that passes a verb and an object on to a function that does."""
        self.generic_visit(node)
        given = {each.arg: each.value for each in node.keywords}
        verb = given.get("verb") or next((each for each in node.args if self.is_verb(each)), None)
        if verb is None or checks.called_name(node) == "Q":
            return
        about = given.get("obj") or next(iter(node.args), None)
        model = self.model_in(given["model"]) if "model" in given else self.model_of(about)
        for each in self.verbs_of(verb):
            if model:
                self.found.add((each, model))
            else:
                self.unclear.append((self.path, node.lineno, each))

    def is_verb(self, node: ast.AST) -> bool:
        """Return whether an argument is a verb, and not a larger expression that contains one."""
        return isinstance(node, ast.Attribute) and bool(verbs_in(node))

    def verbs_of(self, node: ast.AST) -> list[str]:
        """Return the verbs that an expression can be: those in it, or those that its variable or table was set to."""
        if found := verbs_in(node):
            return found
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        for scope in (*reversed(self.functions), self.tree):
            for each in ast.walk(scope):
                targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
                value = each.iter if isinstance(each, ast.For) else getattr(each, "value", None)
                is_set = isinstance(each, ast.Assign | ast.AnnAssign | ast.For) and value is not None
                if is_set and names & names_of(targets) and (found := verbs_in(value)):
                    return found
        return []

    def model_of(self, node: ast.AST | None, depth: int = 0) -> str:
        """Return the model of an object, from annotations and assignments in the function it is in."""
        if not isinstance(node, ast.Name) or depth > 3:
            return self.called(node, depth)
        for function in reversed(self.functions):
            arguments = (*function.args.args, *function.args.kwonlyargs)
            if found := next((self.model_in(each.annotation) for each in arguments if each.arg == node.id), ""):
                return found
            for each in ast.walk(function):
                is_set = isinstance(each, ast.Assign) and node.id in names_of(each.targets)
                if is_set and (found := self.called(each.value, depth)):
                    return found
                if isinstance(each, ast.AnnAssign) and node.id in names_of([each.target]):
                    return self.model_in(each.annotation)
                is_looped = isinstance(each, ast.For) and node.id in names_of([each.target])
                if is_looped and (found := self.called(each.iter, depth)):
                    return found
        return ""

    def called(self, node: ast.AST | None, depth: int) -> str:
        """Return the model that an expression gives: what it names, what a function of the module returns, its arguments."""
        if node is None or depth > 5:
            return ""
        if found := self.model_in(node):
            return found
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and (found := self.returns.get(checks.called_name(each), "")):
                return found
        names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
        return next((found for each in names if (found := self.model_of(each, depth + 1))), "")


def names_of(targets: list[ast.AST]) -> set[str]:
    """Return the names that an assignment or a loop sets."""
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def pairs() -> tuple[set[tuple[str, str]], list[tuple[str, int, str]]]:
    """Return the pairs of all modules, and (path, line, verb) of the calls whose model cannot be told."""
    found, unclear = set(), []
    models = models_by_name()
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in source_files()}
    returns = returned(trees, models)
    for path, tree in trees.items():
        reader = Pairs(path, tree, models, returns)
        reader.visit(tree)
        found |= reader.found
        unclear += reader.unclear
    # One function takes every step of a spark, and writes the verb of the table.
    written = (each.verb for each in (*workflow.STEPS.values(), *workflow.WAYS) if each.verb)
    return found | {(Verb(verb).name, "sparks.spark") for verb in written}, unclear


@pytest.fixture(scope="module")
def found() -> tuple[set[tuple[str, str]], list[tuple[str, int, str]]]:
    """Return the pairs of the code."""
    return pairs()


def test_every_verb_is_in_one_of_the_tables() -> None:
    assert OF_ANYTHING.isdisjoint(TRUE_OF)
    assert OF_ANYTHING | set(TRUE_OF) == set(Verb.__members__)


@pytest.mark.parametrize("verb", TRUE_OF)
def test_the_sentence_of_a_verb_is_true_of_what_the_code_writes_it_about(verb: str, found) -> None:
    assert {model for name, model in found[0] if name == verb} == TRUE_OF[verb], Verb[verb].sentence


def test_the_model_is_known_wherever_the_verb_is_not_for_anything(found) -> None:
    assert [place for place in found[1] if place[2] not in OF_ANYTHING] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "def let_go(*, item: SealedItem, by):\n    audit.record(by=by, verb=Verb.CLOSE_ASK, obj=item)",
            "connectors.sealeditem",
        ),
        ("def act(ask: Ask):\n    kept = lock(ask)\n    return _close(kept, by, Verb.CLOSE_ASK)", "connectors.ask"),
        (
            "def act():\n    for row in Ask.objects.all():\n        record(verb=Verb.CLOSE_ASK, obj=row)",
            "connectors.ask",
        ),
        ("def act(ids):\n    record_many(verb=Verb.CLOSE_ASK, model=SealedItem, ids=ids)", "connectors.sealeditem"),
    ],
)
def test_the_model_of_a_planted_call_is_found(source: str, expected: str) -> None:
    tree = ast.parse(source)
    models = models_by_name()
    reader = Pairs("a.py", tree, models, returned({"a.py": tree}, models))
    reader.visit(tree)
    assert (reader.found, reader.unclear) == ({("CLOSE_ASK", expected)}, [])
