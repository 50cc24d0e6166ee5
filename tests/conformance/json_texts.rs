//! Texts that are JSON and texts that are none, beyond RFC 8259: what two readers could understand differently is
//! refused (RFC 7493; THREATS 16).

use cheti_shared::json::parse;

/// Read, each with what it means, as another reader writes it.
const ACCEPTED: [(&str, &str); 30] = [
    ("null", "null"),
    (" \t\r\n true \t\r\n", "true"),
    ("[]", "[]"),
    ("[ ]", "[]"),
    ("{}", "{}"),
    ("{\"\":0}", "{\"\":0}"),
    (
        "[null,false,true,0,\"\",[],{}]",
        "[null,false,true,0,\"\",[],{}]",
    ),
    ("{\"a\":{\"a\":{\"a\":1}}}", "{\"a\":{\"a\":{\"a\":1}}}"),
    ("[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"),
    (
        "{\"a\":1,\"A\":2,\"á\":3,\"a\u{301}\":4}",
        "{\"A\":2,\"a\":1,\"a\u{301}\":4,\"á\":3}",
    ),
    ("0", "0"),
    ("-0", "-0.0"),
    ("-1", "-1"),
    ("123", "123"),
    ("9007199254740991", "9007199254740991"),
    ("-9007199254740991", "-9007199254740991"),
    ("0.5", "0.5"),
    ("-0.5e-3", "-0.0005"),
    ("1E+2", "100.0"),
    ("1e00", "1.0"),
    ("123.456e78", "1.23456e+80"),
    ("1e-400", "0.0"),
    (
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\"",
    ),
    ("\"\\u0041\\u00e9\\u20ac\"", "\"Aé€\""),
    ("\"\\ud83d\\ude00\"", "\"😀\""),
    ("\"\\uD83D\\uDE00\"", "\"😀\""),
    ("\"\\u0000\"", "\"\\u0000\""),
    (
        "\"\u{7f}\u{2028}\u{2029}\u{fffe}\u{10ffff}\"",
        "\"\u{7f}\u{2028}\u{2029}\u{fffe}\u{10ffff}\"",
    ),
    ("\"// no comment\"", "\"// no comment\""),
    ("\"36893488147419103233\"", "\"36893488147419103233\""),
];

/// Refused, by family.
const REFUSED: [(&str, &[&[u8]]); 11] = [
    (
        "nothing, or not one value",
        &[
            b"",
            b" ",
            b"\n",
            b"\0",
            b"1 2",
            b"[] []",
            b"{}{}",
            b"null,",
            b"[]]",
            b"{}}",
            b"true\0",
            b"[1]x",
            b"\"a\"\"b\"",
        ],
    ),
    (
        "words",
        &[
            b"nul",
            b"nulll",
            b"NULL",
            b"True",
            b"FALSE",
            b"tru",
            b"undefined",
            b"NaN",
            b"-NaN",
            b"Infinity",
            b"-Infinity",
            b"inf",
            b"[nan]",
            b"None",
        ],
    ),
    (
        "arrays",
        &[
            b"[", b"]", b"[,]", b"[1,]", b"[,1]", b"[1,,2]", b"[1 2]", b"[1;2]", b"[1:2]",
            b"[\"a\"", b"[1", b"[[]", b"(1)", b"[1,\n", b"[}", b"[*]",
        ],
    ),
    (
        "objects",
        &[
            b"{",
            b"}",
            b"{,}",
            b"{\"a\"}",
            b"{\"a\":}",
            b"{\"a\" 1}",
            b"{\"a\":1,}",
            b"{,\"a\":1}",
            b"{\"a\":1,,\"b\":2}",
            b"{a:1}",
            b"{'a':1}",
            b"{1:1}",
            b"{null:1}",
            b"{[]:1}",
            b"{\"a\"::1}",
            b"{\"a\":1 \"b\":2}",
            b"{\"a\":1;}",
            b"{\"a\":1",
            b"{]",
            b"{\"a\",\"b\"}",
        ],
    ),
    (
        "numbers",
        &[
            b"+1",
            b"--1",
            b"-",
            b"- 1",
            b"01",
            b"-01",
            b"00",
            b"1.",
            b".5",
            b"-.5",
            b"1.e1",
            b"1e",
            b"1e+",
            b"1e1.5",
            b"1ee1",
            b"1e+-1",
            b"1.2.3",
            b"0x10",
            b"0b1",
            b"0o7",
            b"1_000",
            b"1,5",
            b"1 000",
            b"1f",
            b"1n",
            b"0.1.",
            b"[1.]",
            b"[-]",
            b"\xef\xbc\x91",
            b"[1e]",
            b"1/2",
        ],
    ),
    (
        "numbers that change when read",
        &[
            b"9007199254740992",
            b"-9007199254740992",
            b"9007199254740993",
            b"10000000000000000",
            b"18446744073709551615",
            b"18446744073709551616",
            b"-9223372036854775808",
            b"123456789012345678901234567890",
            b"[0,{\"a\":36893488147419103233}]",
            b"00000000000000000001",
            b"1e400",
            b"-1e400",
            b"[1e99999999999999999999]",
        ],
    ),
    (
        "strings",
        &[
            b"\"",
            b"\"a",
            b"'a'",
            b"`a`",
            b"\"\\\"",
            b"\"\\a\"",
            b"\"\\x41\"",
            b"\"\\'\"",
            b"\"\\0\"",
            b"\"\\u\"",
            b"\"\\u12\"",
            b"\"\\u123\"",
            b"\"\\u12g4\"",
            b"\"\\U0041\"",
            b"\"\\u{41}\"",
            b"\"\\ u0041\"",
            b"\"\\",
            b"a\"",
            b"\"a\\\nb\"",
        ],
    ),
    (
        "control characters",
        &[
            b"\"\0\"",
            b"\"\t\"",
            b"\"\n\"",
            b"\"\r\"",
            b"\"\x08\"",
            b"\"\x0c\"",
            b"\"\x1b\"",
            b"\"\x1f\"",
            b"{\"a\n\":1}",
            b"[\x0c1]",
            b"[\x0b1]",
            b"\xc2\xa01",
            b"[\xe2\x80\x8b1]",
        ],
    ),
    (
        "surrogates",
        &[
            b"\"\\ud800\"",
            b"\"\\udc00\"",
            b"\"\\ud83d\"",
            b"\"\\ude00\\ud83d\"",
            b"\"\\ud83d\\ud83d\"",
            b"\"\\ud83dx\"",
            b"\"\\ud83d\\u0041\"",
            b"\"\\ud83d\\n\"",
            b"{\"\\ud800\":1}",
            b"\"\xed\xa0\x80\"",
            b"\"\xed\xa0\xbd\xed\xb8\x80\"",
        ],
    ),
    (
        "not UTF-8",
        &[
            b"\"\x80\"",
            b"\"\xff\"",
            b"\"\xc0\xaf\"",
            b"\"\xc3\"",
            b"\"\xe2\x82\"",
            b"\"\xf0\x9f\x98\"",
            b"\"\xf4\x90\x80\x80\"",
            b"\"\xf8\x88\x80\x80\x80\"",
            b"\xff\xfe[\0]\0",
            b"\xfe\xff\0[\0]",
            b"[\xff]",
            b"\xef\xbb\xbf{}",
            b"{\"\xc3\x28\":1}",
        ],
    ),
    (
        "comments and other dialects",
        &[
            b"// a\n1",
            b"/* a */ 1",
            b"# a\n1",
            b"1 // a",
            b"[1/*a*/]",
            b"{\"a\":1/**/}",
            b"<a/>",
            b"a: 1",
            b"---\n1",
            b"{\"a\":(1)}",
            b"[1...3]",
            b"@1",
            b"\x1e{}\n",
        ],
    ),
];

/// The same member twice, in every spelling and at every depth.
const DUPLICATES: [&str; 10] = [
    r#"{"name":1,"name":1}"#,
    r#"{"name":1,"n\u0061me":2}"#,
    r#"{"\u006e\u0061\u006d\u0065":1,"name":2}"#,
    r#"{"a":1,"b":2,"c":{"d":[{"e":1,"e":2}]}}"#,
    r#"[{"x":1},{"x":1,"y":2,"x":3}]"#,
    r#"{"":1,"":2}"#,
    r#"{"/":1,"\/":2}"#,
    r#"{"é":1,"\u00e9":2}"#,
    r#"{"😀":1,"\uD83D\uDE00":2}"#,
    r#"{"a":{"a":1},"a":{"a":1}}"#,
];

#[test]
fn json_is_read_as_everybody_reads_it() {
    for (text, meaning) in ACCEPTED {
        let read = parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.to_string(), meaning, "{text}");
    }
}

#[test]
fn everything_else_is_refused() {
    for (family, texts) in REFUSED {
        for text in texts {
            let shown = String::from_utf8_lossy(text);
            assert!(parse(text).is_err(), "{family}: {shown}");
        }
    }
}

#[test]
fn duplicates_are_refused() {
    for text in DUPLICATES {
        assert!(parse(text.as_bytes()).is_err(), "{text}");
        let deep = format!("{}{text}{}", "[".repeat(20), "]".repeat(20));
        assert!(parse(deep.as_bytes()).is_err(), "{deep}");
    }
}

#[test]
fn a_text_cut_anywhere_is_refused() {
    let text = r#"{"name":"Wanjik\u0169 😀","list":[1,-2.5e3,true,null],"empty":{}}"#;
    assert!(parse(text.as_bytes()).is_ok());
    for length in 0..text.len() {
        assert!(
            parse(&text.as_bytes()[..length]).is_err(),
            "cut at {length}"
        );
    }
}
