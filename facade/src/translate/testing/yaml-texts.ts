/** Scalars that readers of YAML disagree about. */
const SCALARS: readonly string[] = [
  ..."y n Y N yes no on off Yes NO On OFF yES oN true false True FALSE tRue ~ null Null NULL nULL".split(
    " ",
  ),
  ..."010 0o10 0O17 08 09 0x1F 0X1f -0x1F +0x1F 0b11 -0b1 0b2 0xG 0o8 00 007 -010 +010 0_8 1_000".split(
    " ",
  ),
  ..."1_000.5 _1 1_ 0_ ._5 .5 5. -.5 +.5 . 0. -0 +1 1.0 1e3 1E3 1e+3 1.5e-3 1.e3 e3 1e 1e3.5 1e1_0".split(
    " ",
  ),
  ..."1e400 -1e400 5e-324 9223372036854775808 18446744073709551616 9007199254740993 -9223372036854775808".split(
    " ",
  ),
  ..."12:30:45 1:30 2001-01-01 2001-12-14t21:59:43.10-05:00 1.2.3 0.36.1 = + '' \"\" 'y' \"010\"".split(
    " ",
  ),
  "!!str 1",
  '!!int "3"',
  '!!int "010"',
  "!!float 1",
  "!!bool yes",
  "!!binary aGVsbG8=",
  "!!timestamp 2001-01-01",
  "!foo bar",
  "! 010",
];

/** Texts in which Helm and the product must see the same object. */
export const DOCUMENTS: readonly string[] = [
  ...SCALARS.map((scalar) => `k: ${scalar}`),
  "1: x\ntrue: z\nn: w\n0x10: v\n",
  "a: &x {b: 1}\nc: *x",
  "a: &x {b: 1, d: 3}\nc:\n  <<: *x\n  b: 2",
  "a: &x {b: 1}\nc: {b: 2, <<: *x}",
  "a: &x {b: 1}\ne: &y {b: 5, f: 6}\nc:\n  <<: [*x, *y]\n",
  '"<<": 1',
  "a:\n  b: null\n  c:\n",
  "# only a comment",
  "{}",
  "---\na: 1\n",
  "a: |\n  x\n  y\n",
  "a: >-\n  x\n  y\n",
  '{"a": [1, null, {"b": true}]}',
  "a: [y, n, 010]",
  "a: !!set {x, y}",
  "? a\n: b",
  "a: 'it''s'",
  'a: "\\x41\\u00e9\\U0001F600"',
  "a: x#c",
  "a:\n- 1\n- 2",
  "a: {__proto__: {x: 1}}",
  '__proto__: 1\nconstructor: 2\n"": 3',
  "a: 1\r\nb: 2\r\n",
  "a: &x 1\nb: *x\nc: &x 2\nd: *x\n",
];

/** Texts that both refuse. */
export const REFUSED: readonly string[] = [
  "k: .inf",
  "k: .nan",
  "k: !!null x",
  "k: !!int 1.5",
  "~: v",
  "? [a, b]\n: c",
  "a: *x",
  "a: &x [1, *x]",
  "a:\n\tb: 1",
  "a: b: c",
  "a: {<<: 1}",
  "[1, 2]",
  "text",
];
