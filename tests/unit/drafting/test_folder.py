"""The folder on disk: what is opened, what is passed over, and that nothing outside of it is."""

import os

import pytest

from bot.catalog.drafting import folder as edge
from bot.catalog.drafting.folder import read_folder, web_address
from bot.catalog.drafting.survey import survey
from bot.catalog.drafting.writing import write
from bot.errors import UsageError
from tests.support.trees import services


def put(root, files):
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def paths(tree):
    return [each.path for each in tree.files]


def test_what_others_wrote_or_what_was_built_is_passed_over(tmp_path):
    beside = ("node_modules/x", ".venv/lib/x", "vendor/x", "target/x", ".git/x", "a/node_modules/x", "dist", "b/.tox/x")
    read = read_folder(put(tmp_path, {f"{each}/Dockerfile": "" for each in (*beside, "a")}))
    assert paths(read) == ["a/Dockerfile"]


def test_tests_and_examples_of_a_repository_are_no_services_but_a_repository_may_be_called_so(tmp_path):
    put(tmp_path, {"examples/.git/config": "", "examples/Dockerfile": "", "examples/tests/x/Dockerfile": ""})
    assert paths(read_folder(tmp_path)) == ["examples/Dockerfile"]


def test_only_the_names_of_secrets_are_seen(tmp_path):
    read = read_folder(put(tmp_path, {".env.staging": "PASSWORD=hunter22", ".env": "A=b", "Dockerfile": "ARG TOKEN=x"}))
    assert [(each.path, each.text) for each in read.files] == [(".env.staging", ""), ("Dockerfile", "")]


def test_no_link_is_followed_nor_a_pipe_opened(tmp_path):
    outside = put(tmp_path / "outside", {"x/Dockerfile": "", "secret.yaml": "kind: Deployment\nmetadata: {name: x}\n"})
    inside = put(tmp_path / "inside", {"a/Dockerfile": ""})
    (inside / "link").symlink_to(outside)
    (inside / "a" / "k8s.yaml").symlink_to(outside / "secret.yaml")
    (inside / "a" / "round").symlink_to(inside)
    os.mkfifo(inside / "a" / "compose.yaml")
    read = read_folder(inside)
    assert paths(read) == ["a/Dockerfile"]
    assert [str(each) for each in read.unread] == [
        "a/k8s.yaml: A symbolic link, and none is followed.",
        "link: A symbolic link, and none is followed.",
    ]


def test_what_is_too_large_or_no_text_is_said(tmp_path):
    put(
        tmp_path,
        {"big.yaml": b"#" * (edge.LARGEST_FILE + 1), "latin.yaml": b"a: 1\nb: \xe4\n", "a/Dockerfile": b"\xff"},
    )
    read = read_folder(tmp_path)
    assert [str(each) for each in read.unread] == [
        "big.yaml: It has more than 1,000,000 bytes.",
        "latin.yaml:2: It is not UTF-8.",
    ]
    assert services(survey(read)) == ["a"]


def test_a_folder_deeper_than_any_repository_is_left_where_it_is(tmp_path):
    put(tmp_path, {"/".join(["d"] * each) + "/Dockerfile": "" for each in (edge.DEEPEST, edge.DEEPEST + 1)})
    assert len(read_folder(tmp_path).files) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_entered_stops_nothing(tmp_path):
    put(tmp_path, {"a/Dockerfile": "", "b/Dockerfile": ""})
    (tmp_path / "a").chmod(0)
    try:
        assert paths(read_folder(tmp_path)) == ["b/Dockerfile"]
    finally:
        (tmp_path / "a").chmod(0o700)


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_said(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=name):
        read_folder(tmp_path / name)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("git@github.com:shop/cart.git", "https://github.com/shop/cart"),
        ("ssh://git@bitbucket.example:7999/shop/cart.git", "https://bitbucket.example/shop/cart"),
        ("https://ana:token123@github.com/shop/cart.git", "https://github.com/shop/cart"),
        ("https://x-access-token@github.com/shop/cart", "https://github.com/shop/cart"),
        ("/srv/git/cart.git", ""),
        ("file:///srv/git/cart.git", ""),
        ("../cart", ""),
    ],
)
def test_the_address_of_a_repository_carries_no_credentials(url, address):
    assert web_address(url) == address


def test_the_origin_is_that_of_its_own_section(tmp_path):
    config = (
        '[remote "fork"]\n\turl = git@a.example:x/y\n[remote "origin"]\n\turl = git@b.example:x/y\n[branch "main"]\n'
    )
    put(tmp_path, {"a/.git/config": config, "a/Dockerfile": "", "b/.git": "gitdir: /elsewhere\n", "b/Dockerfile": ""})
    assert read_folder(tmp_path).repositories == {"a": "https://b.example/x/y", "b": ""}


def test_names_that_are_no_text_do_no_harm(tmp_path):
    put(tmp_path, {"a/Dockerfile": ""})
    put(tmp_path / os.fsdecode(b"\xff\n- x: {"), {"compose.yaml": "services: {b: {build: .}}\n"})
    outline = survey(read_folder(tmp_path))
    assert services(outline) == ["a", "b"]
    assert write(outline).encode()
