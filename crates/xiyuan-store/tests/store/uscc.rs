//! Credit codes against published and computed cases.

use xiyuan_store::{InvalidCode, StoreError, Uscc};

#[test]
fn every_case_is_judged_as_its_source_says() {
    let text = include_str!("../data/uscc-cases.csv");
    let mut counts = (0, 0, 0);
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (code, kind) = (cells.next().expect("code"), cells.next().expect("kind"));
        let flags: Vec<&str> = cells.take(2).collect();
        if kind == "invalid as written" {
            // Lower case, blanks and full-width forms: valid once they are folded.
            let folded = Uscc::parse(code).expect("folds");
            assert_eq!(folded.warning(), None, "{code}");
            continue;
        }
        match Uscc::parse(code) {
            Err(StoreError::Invalid(invalid)) => {
                assert_eq!((flags[0], invalid.code), ("0", InvalidCode::UsccMalformed), "{code}");
                counts.0 += 1;
            }
            Err(other) => panic!("{code}: {other}"),
            Ok(uscc) => {
                assert_eq!(flags[0], "1", "{code}");
                assert_eq!(flags[1] == "1", uscc.warning().is_none(), "{code}");
                if uscc.warning().is_some() { counts.1 += 1 } else { counts.2 += 1 }
            }
        }
    }
    assert!(counts.0 > 10 && counts.1 > 10 && counts.2 > 50, "{counts:?}");
}

#[test]
fn typed_forms_are_folded() {
    let written = Uscc::parse(" ９１440300１92203８２1６ ").expect("folds");
    assert_eq!(written.as_str(), "914403001922038216");
    assert_eq!(Uscc::parse("91440300 71526726X").map_err(|_| ()), Err(()));
    assert_eq!(Uscc::parse("9144030071526726xg").expect("lower case").as_str(), "9144030071526726XG");
}

#[test]
fn a_wrong_check_digit_names_the_right_one() {
    let warning =
        Uscc::parse("91350100M0001TGQXM").expect("well-formed").warning().expect("digit does not hold");
    assert_eq!(warning.found, 'M');
    let body: String = "91350100M0001TGQX".to_owned();
    assert_eq!(Uscc::check_digit(&body), Some(warning.expected));
}
