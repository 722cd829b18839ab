//! What has to be known to read a report.

use crate::Lang;

/// How to read the numbers.
pub(crate) const fn notes(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Ja => [
            "件は、照合できる項目の組を少なくとも一つ持つ行の数。人は、その中の互いに異なる本人の数。割合はファイルの件数に対するもので、95 %区間を\
             添えた。",
            "証拠は、「ファイルの一部がこの委託元から出た」と「まったく出ていない」とを比べたもの。誰かが何かをした確率ではない。",
            "手掛かりは、書き方の似た名簿を示すだけで、証拠ではない。",
        ],
        Lang::En => [
            "Records (件) are rows with at least one usable key, persons (人) the distinct persons among them. Shares are of \
             the file's records, with a 95% interval.",
            "Evidence compares \"a part of the file came from this client\" with \"none of it did\". It is not a probability \
             that anybody did anything.",
            "A hint tells which lists are written alike; it is no evidence.",
        ],
    }
}

/// What the method does, and what it cannot tell, for readers who have only the report.
pub(crate) const fn limits(lang: Lang) -> [&'static str; 5] {
    match lang {
        Lang::Ja => [
            "名簿の持ち主は、受渡しの前に名簿のフィンガープリントを作った。フィンガープリントは個人データを含まず、ファイルの行がその名簿にあるかを尋ねられる\
             だけである。行は、氏名と電話番号のような2つの項目が、表記をそろえた上で共に一致したときに限り、その委託元のものと数える。",
            "委託元の名を挙げるのは、説明に加わるほかの委託元が持たない行があり、無関係な人々の名簿ではそれほど一致しない場合に限る。人は多くの組織の\
             顧客であり、複数の名簿にある行は、そのどれか一つだけの証拠にはならない。",
            "同じ行に同程度に当てはまる委託元は、出所と並べて示す。そのどれであったかは、証拠からは分からない。",
            "名を挙げられるのは、フィンガープリントが台帳にある組織だけである。「出所不明」は、誰からも漏えいしていないという意味ではない。",
            "出所は、行がどの名簿のものかを示す。誰が持ち出したか、いつ渡されたかは示さない。",
        ],
        Lang::En => [
            "Each owner made a fingerprint of its list before handing it over. It holds no personal data: rows of a file can be asked about, \
             and a row counts for a client only by two fields together, such as name and phone, spelled alike once both are normalised.",
            "A client is named only on rows that no other client of the explanation holds, and only where lists of unrelated people do not \
             show as many. People are customers of many organisations: rows that several lists hold are evidence for none of them alone.",
            "Clients that explain the same rows as well are named beside a source; the evidence does not tell which of them it was.",
            "Only organisations whose fingerprints are in the registry can be named. \"Unattributed\" does not say that nobody lost the rows.",
            "A source tells which list rows are of, not who took them, nor when they were passed on.",
        ],
    }
}

/// Where persons of several files cannot be compared.
pub(crate) const fn not_comparable(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => {
            "本人を見分ける項目がファイルによって違うか、委託元がそれぞれに付けた番号である。同じ本人を2つのファイルで別に数えている\
             ことがあり、人数は多くともこの数である。"
        }
        Lang::En => {
            "The files tell persons apart by different fields, or by numbers that each client \
             gives for itself: one person may be counted in two of them, and there are at most so many."
        }
    }
}
