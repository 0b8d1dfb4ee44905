"""What each line that can be read is called in the table of permissions."""

from __future__ import annotations

from collections.abc import Mapping

from bot.grammar import commands as typed
from bot.grammar import deploy_commands as deploying
from bot.grammar import suite_commands as running

VERBS: Mapping[type, str] = {
    typed.ShowBoard: "board",
    typed.ShowTarget: "board",
    typed.Queue: "queue",
    typed.Calendar: "calendar",
    typed.Log: "log",
    typed.Stats: "stats",
    typed.Health: "health",
    typed.Settings: "settings",
    typed.Help: "help",
    typed.Reserve: "reserve",
    typed.Book: "book",
    typed.Take: "take",
    typed.Hold: "hold",
    typed.Freeze: "freeze",
    typed.Thaw: "thaw",
    typed.Release: "release",
    typed.Extend: "extend",
    typed.Leave: "leave",
    typed.Cancel: "cancel",
    typed.Give: "give",
    typed.GiveGroup: "give",
    typed.AskHolder: "ask",
    typed.Watch: "watch",
    typed.Unwatch: "unwatch",
    typed.Undo: "undo",
    deploying.Where: "where",
    deploying.Candidate: "where",
    deploying.Check: "check",
    deploying.Deploy: "deploy",
    deploying.Diff: "diff",
    deploying.History: "history",
    deploying.Rollback: "rollback",
    deploying.Good: "good",
    deploying.Cancel: "cancel",
    deploying.Help: "help",
    running.Run: "run",
    running.RunForm: "run",
    running.Retry: "retry",
    running.Status: "board",
    running.Cancel: "cancel",
    running.Plan: "plan",
    running.Cases: "cases",
    running.Flaky: "flaky",
    running.Rules: "rules",
    running.UndoRule: "rules",
    running.Diagnose: "diagnose",
    running.Help: "help",
}
