//! The words of a report in the languages of drafts.

use crate::Lang;
use crate::json::v1::{File, Reason, Strength, Verdict, Window};
use crate::notice::page::plain;
use crate::words;

/// The name of a field.
pub(crate) fn field(lang: Lang, name: &str) -> String {
    let en = match name {
        "kana" => "reading of the name",
        "phone" => "telephone number",
        "postal" => "postal code",
        "birth_date" => "date of birth",
        "email" => "e-mail address",
        "member_id" => "member number",
        other => other,
    };
    let ja = words::field_in_japanese(name).map(str::to_owned);
    lang.of(ja.unwrap_or_else(|| plain(name)), plain(en))
}

/// Evidence in words.
pub(crate) fn strength(lang: Lang, strength: Strength) -> &'static str {
    words::strength(lang, strength.into())
}

/// What may be concluded of a file.
pub(crate) fn verdict(lang: Lang, file: &File) -> &'static str {
    match file.verdict {
        Verdict::Attributed if words::is_in_part(file.unattributed.share) => {
            lang.of("一部を一つの出所で説明できる", "one source explains a part of it")
        }
        Verdict::Attributed => lang.of("一つの出所で説明できる", "one source explains it"),
        Verdict::Mixed => lang.of("複数の出所が混ざっている", "several sources are mixed in it"),
        Verdict::Inconclusive => lang.of(
            "出所は断定できない（証拠が足りないか、候補を区別できない）",
            "its source cannot be told for certain (too little evidence, or candidates that cannot be told apart)",
        ),
        Verdict::Unattributed => lang.of(
            "登録されたどの名簿にも帰属しない",
            "it cannot be attributed to any registered list",
        ),
    }
}

/// What would settle where records came from.
pub(crate) fn settling(lang: Lang, reason: Reason) -> &'static str {
    match reason {
        Reason::MissingFingerprint => lang.of(
            "出所と思われる未登録の名簿のフィンガープリント",
            "the fingerprint of the list's owner, who is probably not registered",
        ),
        Reason::FewKeys => lang.of("項目の多い資料", "material with more fields"),
        Reason::BackgroundUnknown => {
            lang.of("同じ鍵による、無関係な名簿の登録", "more unrelated lists under the same registry key")
        }
        Reason::TooFewRows => lang.of("行数の多い資料", "material with more rows"),
    }
}

/// When rows were taken, as far as it is known.
pub(crate) fn window(lang: Lang, window: &Window) -> Option<String> {
    let date = |text: &Option<String>| text.as_deref().map(plain);
    Some(match (date(&window.not_before), date(&window.before)) {
        // Some rows were taken after the later day, others before the earlier one.
        (Some(from), Some(to)) if window.not_before >= window.before => lang.of(
            format!("複数回（{from} の受渡し以後の行と、{to} の受渡しより前の行とがある）"),
            format!(
                "more than once (some rows on or after the handover of {from}, others before that of {to})"
            ),
        ),
        (Some(from), Some(to)) => lang.of(
            format!("{from} の受渡し以後、{to} の受渡しより前"),
            format!("on or after the handover of {from}, before that of {to}"),
        ),
        (Some(from), None) => {
            lang.of(format!("{from} の受渡し以後"), format!("on or after the handover of {from}"))
        }
        (None, Some(to)) => lang.of(format!("{to} の受渡しより前"), format!("before the handover of {to}")),
        (None, None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_taken_twice_are_not_said_to_be_of_a_time_that_there_is_not() {
        let of = |not_before: &str, before: &str| {
            let (not_before, before) = (Some(not_before.to_owned()), Some(before.to_owned()));
            window(Lang::En, &Window { not_before, before }).unwrap_or_default()
        };
        assert_eq!(
            of("2020-04-01", "2021-04-01"),
            "on or after the handover of 2020-04-01, before that of 2021-04-01"
        );
        let twice = "more than once (some rows on or after the handover of 2020-04-01, others before that of 2020-04-01)";
        assert_eq!(of("2020-04-01", "2020-04-01"), twice);
    }
}
