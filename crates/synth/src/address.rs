//! Addresses and phone numbers as facts, before anybody writes them down.

use crate::draw::Draw;
use crate::person::Ground;

/// The number part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// 丁目, 番, 号; some towns have no 丁目.
    Block { chome: Option<u16>, ban: u16, go: u16 },
    /// 番地 with or without a branch number.
    Lot { number: u16, branch: Option<u16> },
}

/// Building and room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Building {
    pub(crate) name: String,
    pub(crate) room: String,
}

/// Where somebody lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) prefecture: &'static str,
    pub(crate) city: &'static str,
    pub(crate) town: &'static str,
    pub(crate) postal: &'static str,
    pub(crate) numbers: Numbers,
    pub(crate) building: Option<Building>,
}

const BUILDING_HEADS: [&str; 20] = [
    "メゾン",
    "コーポ",
    "ハイツ",
    "グランド",
    "サンライズ",
    "パーク",
    "ロイヤル",
    "シティ",
    "グリーン",
    "フォレスト",
    "プレジデント",
    "ヴィラ",
    "レジデンス",
    "エスポワール",
    "クレスト",
    "リバーサイド",
    "ライフ",
    "ドエル",
    "市営",
    "県営",
];

const BUILDING_TAILS: [&str; 14] = [
    "ハイツ",
    "マンション",
    "コート",
    "荘",
    "ハウス",
    "タワー",
    "プラザ",
    "アパート",
    "レジデンス",
    "テラス",
    "Ⅱ",
    "B棟",
    "第2",
    "住宅",
];

impl Address {
    /// An address in municipality `city`.
    pub(crate) fn draw(ground: &Ground, city: usize, flat_percent: u32, draw: &mut Draw) -> Self {
        let tables = ground.tables;
        let (prefecture, name, towns) = match tables.cities.get(city) {
            Some(city) => (city.prefecture, city.name, city.towns.clone()),
            None => ("", "", 0..0),
        };
        let at = towns.start + draw.index(towns.len());
        let (town, postal) = tables.towns.get(at).map_or(("", ""), |town| (town.name, town.postal));
        // A town is numbered in one way for everybody in it.
        let urban = if name.ends_with('区') { 80 } else { 55 };
        let block = (at * 7_919 + 13) % 100 < urban;
        let numbers = if block {
            let chome = (!at.is_multiple_of(5)).then(|| draw.between(1, 6) as u16);
            Numbers::Block { chome, ban: draw.between(1, 40) as u16, go: draw.between(1, 30) as u16 }
        } else {
            let number = draw.between(1, 2_800) as u16;
            Numbers::Lot { number, branch: draw.percent(60).then(|| draw.between(1, 30) as u16) }
        };
        let building = draw.percent(flat_percent).then(|| building(town, draw));
        Self { prefecture, city: name, town, postal, numbers, building }
    }
}

fn building(town: &str, draw: &mut Draw) -> Building {
    let short: String = town.chars().take(3).collect();
    let head = draw.pick(&BUILDING_HEADS);
    let tail = draw.pick(&BUILDING_TAILS);
    let name = match draw.below(4) {
        0 => format!("{head}{short}"),
        1 => format!("{short}{tail}"),
        2 => format!("{head}{tail}"),
        _ => format!("{head}{short}{tail}"),
    };
    let (floor, door) = (draw.between(1, 11), draw.between(1, 12));
    let room = if draw.percent(6) {
        format!("{}-{door}", draw.pick(&['A', 'B', 'C']))
    } else {
        format!("{floor}{door:02}")
    };
    Building { name, room }
}

/// A phone number in its three groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phone {
    /// With the leading zero.
    pub(crate) area: String,
    pub(crate) exchange: String,
    pub(crate) subscriber: String,
}

impl Phone {
    /// A fixed line of a municipality; all lines of one share their area code.
    pub(crate) fn fixed(prefecture: &str, city: &str, draw: &mut Draw) -> Self {
        let codes = area_codes(prefecture);
        let hash = city.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let area = codes.get((hash % codes.len().max(1) as u64) as usize).copied().unwrap_or("050");
        let digits = 6usize.saturating_sub(area.len());
        let low = 10i32.pow(digits.saturating_sub(1) as u32).max(2);
        let exchange = draw
            .between(low.saturating_mul(2).min(10i32.pow(digits as u32) - 1), 10i32.pow(digits as u32) - 1);
        Self {
            area: area.to_owned(),
            exchange: format!("{exchange:0digits$}"),
            subscriber: format!("{:04}", draw.between(0, 9_999)),
        }
    }

    pub(crate) fn mobile(draw: &mut Draw) -> Self {
        Self {
            area: draw.weighted(&[(50, "090"), (40, "080"), (10, "070")]).to_owned(),
            exchange: format!("{:04}", draw.between(1_000, 9_999)),
            subscriber: format!("{:04}", draw.between(0, 9_999)),
        }
    }
}

/// Area codes of a prefecture, a few of each.
fn area_codes(prefecture: &str) -> &'static [&'static str] {
    match prefecture {
        "北海道" => &["011", "0123", "0134", "0138", "0144", "0166", "0154"],
        "青森県" => &["017", "0172", "0178"],
        "岩手県" => &["019", "0197", "0193"],
        "宮城県" => &["022", "0225", "0229"],
        "秋田県" => &["018", "0182", "0186"],
        "山形県" => &["023", "0234", "0238"],
        "福島県" => &["024", "0246", "0242"],
        "茨城県" => &["029", "0294", "0297"],
        "栃木県" => &["028", "0284", "0287"],
        "群馬県" => &["027", "0270", "0276"],
        "埼玉県" => &["048", "049", "0480", "04"],
        "千葉県" => &["043", "047", "0436", "0438"],
        "東京都" => &["03", "042", "0422", "0428"],
        "神奈川県" => &["045", "044", "046", "0463"],
        "新潟県" => &["025", "0258", "0256"],
        "富山県" => &["076", "0763", "0766", "0765"],
        "石川県" => &["076", "0761", "0767"],
        "福井県" => &["0776", "0778", "0770"],
        "山梨県" => &["055", "0551", "0554"],
        "長野県" => &["026", "0263", "0265", "0267"],
        "岐阜県" => &["058", "0584", "0573", "0575", "0572", "05769"],
        "静岡県" => &["054", "053", "0545", "055"],
        "愛知県" => &["052", "0532", "0561", "0568", "0569", "0587"],
        "三重県" => &["059", "0594", "0595", "0598"],
        "滋賀県" => &["077", "0748", "0749"],
        "京都府" => &["075", "0771", "0774"],
        "大阪府" => &["06", "072", "0721", "0725"],
        "兵庫県" => &["078", "079", "0798", "0797"],
        "奈良県" => &["0742", "0743", "0744", "0745"],
        "和歌山県" => &["073", "0739", "0736"],
        "鳥取県" => &["0857", "0858", "0859"],
        "島根県" => &["0852", "0853", "0855"],
        "岡山県" => &["086", "0868", "0866"],
        "広島県" => &["082", "084", "0823"],
        "山口県" => &["083", "0834", "0836"],
        "徳島県" => &["088", "0883", "0884"],
        "香川県" => &["087", "0877", "0875"],
        "愛媛県" => &["089", "0897", "0895"],
        "高知県" => &["088", "0887", "0880"],
        "福岡県" => &["092", "093", "0942", "0948"],
        "佐賀県" => &["0952", "0955", "0942"],
        "長崎県" => &["095", "0956", "0957"],
        "熊本県" => &["096", "0968", "0964"],
        "大分県" => &["097", "0977", "0973"],
        "宮崎県" => &["0985", "0982", "0986"],
        "鹿児島県" => &["099", "0995", "0996"],
        "沖縄県" => &["098", "0980"],
        _ => &["050"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Purpose;
    use crate::tables::Tables;

    #[test]
    fn fixed_lines_have_ten_digits_and_an_area_of_their_prefecture() {
        for (at, city) in Tables::get().cities.iter().enumerate() {
            let mut draw = Draw::new(3, Purpose::Line, at as u64);
            let phone = Phone::fixed(city.prefecture, city.name, &mut draw);
            assert_eq!(phone.area.len() + phone.exchange.len() + phone.subscriber.len(), 10, "{}", city.name);
            assert!(area_codes(city.prefecture).contains(&phone.area.as_str()));
            assert_ne!(phone.area, "050", "{}", city.prefecture);
        }
    }
}
