"""Env files with the variables that compose (v2.40.3) reads from each, for the unit tests and that against compose."""

SHELL_VALUE = "`{}` has no value: compose would take the shell's, and a release has no shell"

LINES: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    ("# only a comment\n\n", {}),
    ("A=1\nB=2\n", {"A": "1", "B": "2"}),
    ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    ("A=1\nA=2\n", {"A": "2"}),
    ("A=\n", {"A": ""}),
    ("A=", {"A": ""}),
    ("A=a=b", {"A": "a=b"}),
    ("A: yaml\nB:1", {"A": "yaml", "B": "1"}),
    ("A='x y' # why\nB=\"x#y\"\nC=x#y\nD=x # why\nE=#x", {"A": "x y", "B": "x#y", "C": "x#y", "D": "x", "E": "#x"}),
    ("A=\"two\nlines\"\nB='two\n\nmore'\nC=1", {"A": "two\nlines", "B": "two\n\nmore", "C": "1"}),
    ("export A=1\nexport  B =2\nexported=3", {"A": "1", "B": "2", "exported": "3"}),
    ("A=https://x.example/?q=1", {"A": "https://x.example/?q=1"}),
    ("A =\t x \t\nB=a b  c", {"A": "x", "B": "a b  c"}),
    ("a.b-c=1\n_=2\nx[0]=3\nünï=4\n1=5", {"a.b-c": "1", "_": "2", "x[0]": "3", "ünï": "4", "1": "5"}),
    (r"A=a\nb\\" + "\nB='a\\nb'", {"A": r"a\nb\\", "B": r"a\nb"}),
    (r'A="tab\tnl\nq\"b\\e\q\101\0101\08\07777"', {"A": 'tab\tnl\nq"b\\e\\q\\101A\\8\\7777'}),
    (r"A='it\'s'" + "\nB=\"it's\"\nC='a\"b'", {"A": "it's", "B": "it's", "C": 'a"b'}),
    ("A=''\nB=\"\"\nC=' x '", {"A": "", "B": "", "C": " x "}),
    ('A={"a": ["b"]}', {"A": '{"a": ["b"]}'}),
    # variables
    ("A=1\nB=$A-${A}x\nC='$A'\nD=\"$A\"", {"A": "1", "B": "1-1x", "C": "$A", "D": "1"}),
    ("A=x\nB=${A:-y}${N:-y}${N-z}${A:+w}${N:+w}", {"A": "x", "B": "xyzw"}),
    ("A=\nB=${A:-y}|${A-y}|${A:+w}|${A+w}", {"A": "", "B": "y|||w"}),
    ('A=a$$b\nB=$$A\nC="\\$A"', {"A": "a$b", "B": "$A", "C": "$A"}),
    ("A=$(date) $ $1 a$", {"A": "$(date) $ $1 a$"}),
    ("A=1\nA=${A}2\nB=$A", {"A": "12", "B": "12"}),
    ("A=${N:-a${M:-b}c}", {"A": "abc"}),
]

RAW: list[tuple[str, dict[str, str]]] = [
    ('A="q"\n # c\n  B= x \nC=$D\nE=a #b\nF=\n', {"A": '"q"', "B": " x ", "C": "$D", "E": "a #b", "F": ""}),
    ("\ufeffA=1\r\n\r\n#B=2\nC='x\nD=a=b", {"A": "1", "C": "'x", "D": "a=b"}),
]

NO_VARIABLES: list[tuple[str, str, int]] = [
    ("A=1\n\nlonely\n", SHELL_VALUE.format("lonely"), 3),
    ("lonely", SHELL_VALUE.format("lonely"), 1),
    ("export lonely\n", SHELL_VALUE.format("lonely"), 1),
    ("A B=1\n", "The line is not a variable", 1),
    ("\n=1\n", "The line is not a variable", 2),
    ("A;B=1\n", "The line is not a variable", 1),
    ("A='x\n\nB=1\n", "The quoted value of `A` has no end", 1),
    ('A=1\nB="x\\"\n', "The quoted value of `B` has no end", 2),
    ("A='x' y\n", "Text after the end of a quoted value", 1),
    ("A='x\n'y\n", "Text after the end of a quoted value", 2),
]

VARIABLES = {"A": "1", "B": "b", "EMPTY": ""}
SUBSTITUTED = [
    ("$A ${A} $$A", "1 1 $A"),
    ("${A:-x} ${EMPTY:-x} ${NONE:-x}", "1 x x"),
    ("${A-x}|${EMPTY-x}|${NONE-x}", "1||x"),
    ("${A:+x}|${EMPTY:+x}|${NONE:+x}", "x||"),
    ("${A+x}|${EMPTY+x}|${NONE+x}", "x|x|"),
    ("${A:?no} ${EMPTY?no}", "1 "),
    ("${NONE:-${NONE:-${A}}} ${NONE:-{}}", "1 {}"),
    ("${NONE:-a:b} ${NONE:-a-b+c?d}", "a:b a-b+c?d"),
    ("${A}${B}", "1b"),
    ("$A_ $Ax", " "),
    ("a$ $1 $.", "a$ $1 $."),
]
"""A text, and what docker compose makes of it with `VARIABLES`."""
NOT_SUBSTITUTED = ["${A", "${A:-b", "${}", "${1}", "${A!}", "${A:-${1}}", "${NONE:-a\n}", "${A.b}"]
"""What docker compose refuses."""
