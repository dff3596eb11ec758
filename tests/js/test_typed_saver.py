"""What is typed is saved one request after the other, again without signal, and nothing after the last word."""

import pytest

from tests.node import Node

#: A saver whose clock is moved by hand; `answers` are what each request gives, "away" throws, "slow" waits for `free`.
BENCH = """
  const make = (answers) => {
    const sent = [], told = [], timers = new Map();
    let number = 0, text = "", free = null, at = 0;
    const saver = kithTypedSaver({
      send: async () => {
        const answer = answers[at++] ?? { isSaved: true };
        sent.push(text);
        if (answer === "away") throw new Error("no signal");
        if (answer === "slow") { await new Promise((resolve) => { free = resolve; }); return { isSaved: true }; }
        return answer;
      },
      tell: (state, words) => told.push(words ? [state, words] : [state]),
      start: (run, after) => { timers.set(++number, run); return number; },
      stop: (timer) => timers.delete(timer),
    });
    const rest = async () => { for (let n = 0; n < 20; n += 1) await null; };
    return {
      saver, sent, told, rest, free: () => free(), waiting: () => timers.size,
      type: (words) => { text = words; saver.typed(); },
      pass: async () => { const due = [...timers.values()]; timers.clear(); due.forEach((run) => { run(); }); await rest(); },
    };
  };
"""


def play(node: Node, answers: list[object], steps: str) -> dict[str, object]:
    """Return what was sent and told after some steps."""
    run = f"async (answers) => {{ {BENCH} const b = make(answers); {steps} return {{ sent: b.sent, told: b.told, "
    return node.run("typed_saver", f"{run} unsaved: b.saver.isUnsaved(), waiting: b.waiting() }}; }}", answers)


def test_typing_is_saved_once_after_a_pause(node):
    done = play(node, [], 'b.type("A"); b.type("A b"); b.type("A bench"); await b.pass();')
    assert done == {"sent": ["A bench"], "told": [["saved"]], "unsaved": False, "waiting": 0}


def test_a_second_request_waits_for_the_first(node):
    slow = 'b.type("A"); await b.pass(); b.type("A bench"); await b.pass(); const early = b.sent.length; b.free(); await b.rest();'
    done = play(node, ["slow"], slow + "if (early !== 1) throw new Error('both at once');")
    assert done["sent"] == ["A", "A bench"]
    assert done["unsaved"] is False


def test_without_signal_it_is_said_and_tried_again(node):
    away = 'b.type("A bench"); await b.pass(); const was = b.saver.isUnsaved(); await b.pass();'
    done = play(node, ["away"], away + "if (!was) throw new Error('lost');")
    assert done == {"sent": ["A bench", "A bench"], "told": [["away"], ["saved"]], "unsaved": False, "waiting": 0}


def test_what_was_refused_stays_unsaved_until_something_else_is_typed(node):
    done = play(node, [{"isSaved": False, "said": "Too much."}], 'b.type("900"); await b.pass();')
    assert done == {"sent": ["900"], "told": [["refused", "Too much."]], "unsaved": True, "waiting": 0}
    again = play(node, [{"isSaved": False}], 'b.type("900"); await b.pass(); b.type("90"); await b.pass();')
    assert (again["sent"], again["unsaved"]) == (["900", "90"], False)


def test_nothing_is_sent_after_the_words_were_stopped(node):
    done = play(node, [{"isSaved": False, "isOver": True}], 'b.type("A"); await b.pass(); b.type("B"); await b.pass();')
    assert (done["sent"], done["unsaved"]) == (["A"], True)


@pytest.mark.parametrize(("free", "settled"), [("b.free();", True), ("await b.pass();", True)])
def test_the_button_waits_for_what_is_on_its_way_but_not_for_ever(node, free, settled):
    steps = f'b.type("A"); await b.pass(); let is = false; b.saver.settle(4000).then(() => {{ is = true; }}); {free} await b.rest();'
    done = play(node, ["slow"], steps + f"if (is !== {str(settled).lower()}) throw new Error('waits');")
    assert done["sent"] == ["A"]
