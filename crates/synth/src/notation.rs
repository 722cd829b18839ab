//! Notations: how a house writes names, addresses, numbers and dates down.

use crate::draw::Draw;

/// What stands between surname and given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum NameGap {
    None,
    Half,
    Full,
}

/// Which form of a character with an old one is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Glyphs {
    /// As the family writes it.
    AsRegistered,
    /// Always the common one.
    Common,
}

/// How kana is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum KanaStyle {
    Full,
    Half,
    HalfLarge,
    Hiragana,
}

/// How the number part of an address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberStyle {
    /// `1-2-3`, with this dash.
    Dashes(char),
    /// `1丁目2番3号`
    Full,
    /// `1丁目2-3`
    Chome,
    /// `1丁目2番地3`, `1丁目2番地の3`
    Banchi,
    /// `一丁目2番3号`
    KanjiChome,
    /// `一丁目二番三号`, `千二百三十四番地五`
    Kanji,
    /// `一-二-三`, `一二三四-五`: digits one after the other, with ー or ―
    KanjiDigits(char),
    /// `1の2の3`
    No,
}

/// How a prefecture is written at the head of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrefectureStyle {
    /// Always there.
    Written,
    /// Left out.
    Omitted,
    /// Left out before large cities (those with wards).
    OmittedBeforeWards,
}

/// Whether the county of a town or village is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountyStyle {
    /// `中新川郡上市町`
    Written,
    /// `上市町`
    Omitted,
}

/// How particles in place names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParticleStyle {
    /// As the postal service writes them.
    Official,
    /// `霞が関` for ヶ and ケ, `の` for ノ
    Hiragana,
    /// `霞ヶ関` for が and ケ, `ノ` for の
    Katakana,
}

/// How building and room follow an address in the same column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomStyle {
    /// ` コーポ山田 101`
    Spaced,
    /// `　コーポ山田１０１号室`, full width
    Wide,
    /// ` コーポ山田101号`
    Named,
    /// `コーポ山田101` without a gap before
    Glued,
    /// `-101`, the building left out
    NumberOnly,
    /// Left out
    Omitted,
}

/// How a phone number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneStyle {
    /// `058-265-1234`
    Dashes,
    /// `0582651234`
    Digits,
    /// `058(265)1234`
    Brackets,
    /// `(058)265-1234`
    AreaBrackets,
    /// `+81-58-265-1234`
    International,
    /// `+81582651234`
    InternationalDigits,
    /// `582651234`: a spreadsheet took it for a number
    LostZero,
    /// `582651234.0`
    Float,
    /// `０５８－２６５－１２３４`
    Wide,
    /// `058 265 1234`
    Spaces,
}

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateStyle {
    /// `1955-03-02`
    Iso,
    /// `1955/03/02`
    Slashes,
    /// `1955/3/2`
    ShortSlashes,
    /// `19550302`
    Compact,
    /// `1955年3月2日`
    Kanji,
    /// `昭和30年3月2日`
    Era,
    /// `S30.03.02`
    EraLetter,
    /// `S300302`
    EraCompact,
    /// `1955/03/02 0:00:00`
    Midnight,
    /// `20150`, days as a spreadsheet counts them
    Serial,
}

/// How sex is written: the words for women and men.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SexWords {
    /// Women.
    pub female: &'static str,
    /// Men.
    pub male: &'static str,
}

/// How a postal code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostalStyle {
    /// `500-8384`
    Dash,
    /// `5008384`
    Digits,
    /// `〒500-8384`
    Mark,
    /// `５００－８３８４`
    Wide,
    /// `10010` for 001-0010
    LostZeros,
}

/// How one house writes; every row keeps to it but for [`Notation::sloppiness`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the types say it")]
pub struct Notation {
    pub gap: NameGap,
    pub glyphs: Glyphs,
    pub honorific: bool,
    pub kana: KanaStyle,
    pub prefecture: PrefectureStyle,
    pub numbers: NumberStyle,
    pub room: RoomStyle,
    /// Digits and dashes of addresses in full width.
    pub wide_address: bool,
    /// 大字 before the names of towns that are numbered by lot.
    pub oaza: bool,
    pub county: CountyStyle,
    pub particles: ParticleStyle,
    /// A space between municipality and town.
    pub spaced_address: bool,
    pub phone: PhoneStyle,
    /// A second number in the same cell, where the list has no column for it.
    pub both_phones: bool,
    pub postal: PostalStyle,
    pub date: DateStyle,
    pub sex: SexWords,
    /// `67歳` instead of `67`.
    pub age_word: bool,
    /// Of 100 cells, so many are written as somebody else would.
    pub sloppiness: u32,
    /// A stray space at the end of the name.
    pub stray_space: bool,
}

const SEXES: [(u32, SexWords); 7] = [
    (30, SexWords { female: "女", male: "男" }),
    (20, SexWords { female: "女性", male: "男性" }),
    (15, SexWords { female: "2", male: "1" }),
    (10, SexWords { female: "F", male: "M" }),
    (6, SexWords { female: "female", male: "male" }),
    (5, SexWords { female: "女 ", male: "男 " }),
    (4, SexWords { female: "2:女", male: "1:男" }),
];

impl Notation {
    /// A house's notation.
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        Self {
            gap: draw_gap(draw),
            glyphs: draw.weighted(&[(65, Glyphs::AsRegistered), (35, Glyphs::Common)]),
            honorific: draw.percent(5),
            kana: draw_kana(draw),
            prefecture: draw.weighted(&[
                (60, PrefectureStyle::Written),
                (18, PrefectureStyle::Omitted),
                (22, PrefectureStyle::OmittedBeforeWards),
            ]),
            numbers: draw_numbers(draw),
            room: draw_room(draw),
            wide_address: draw.percent(30),
            oaza: draw.percent(22),
            county: draw.weighted(&[(90, CountyStyle::Written), (10, CountyStyle::Omitted)]),
            particles: draw_particles(draw),
            spaced_address: draw.percent(8),
            phone: draw_phone(draw),
            both_phones: draw.percent(5),
            postal: draw_postal(draw),
            date: draw_date(draw),
            sex: draw.weighted(&SEXES),
            age_word: draw.percent(10),
            sloppiness: draw.weighted(&[(30, 2), (40, 6), (20, 12), (10, 20)]),
            stray_space: false,
        }
    }

    /// The same notation with one cell's worth of somebody else's habits, where this row is one of those.
    pub(crate) fn for_row(&self, draw: &mut Draw) -> Self {
        let mut own = self.clone();
        let percent = self.sloppiness;
        if draw.percent(percent) {
            own.gap = draw_gap(draw);
        }
        if draw.percent(percent) {
            own.numbers = draw_numbers(draw);
            own.wide_address = draw.percent(40);
        }
        if draw.percent(percent) {
            own.prefecture = draw.pick(&[PrefectureStyle::Written, PrefectureStyle::Omitted]);
            own.oaza = draw.percent(30);
        }
        if draw.percent(percent) {
            own.county = draw.pick(&[CountyStyle::Written, CountyStyle::Omitted]);
            own.particles = draw_particles(draw);
            own.spaced_address = draw.percent(40);
        }
        own.stray_space = draw.percent(percent / 4);
        if draw.percent(percent) {
            own.room = draw_room(draw);
        }
        // A spreadsheet spoils a whole column, a person only cells.
        let by_hand = !matches!(self.phone, PhoneStyle::LostZero | PhoneStyle::Float);
        if draw.percent(percent) && by_hand {
            own.both_phones |= draw.percent(10);
            own.phone = draw.pick(&[
                PhoneStyle::Dashes,
                PhoneStyle::Digits,
                PhoneStyle::Brackets,
                PhoneStyle::AreaBrackets,
                PhoneStyle::Wide,
                PhoneStyle::Spaces,
            ]);
        }
        if draw.percent(percent / 2) && self.date != DateStyle::Serial {
            own.date = draw.pick(&[DateStyle::Slashes, DateStyle::ShortSlashes, DateStyle::EraLetter]);
        }
        if draw.percent(percent) {
            own.glyphs = draw.pick(&[Glyphs::AsRegistered, Glyphs::Common]);
        }
        own
    }
}

fn draw_gap(draw: &mut Draw) -> NameGap {
    draw.weighted(&[(45, NameGap::Full), (30, NameGap::Half), (25, NameGap::None)])
}

fn draw_particles(draw: &mut Draw) -> ParticleStyle {
    draw.weighted(&[
        (70, ParticleStyle::Official),
        (15, ParticleStyle::Hiragana),
        (15, ParticleStyle::Katakana),
    ])
}

fn draw_kana(draw: &mut Draw) -> KanaStyle {
    draw.weighted(&[
        (45, KanaStyle::Full),
        (35, KanaStyle::Half),
        (10, KanaStyle::HalfLarge),
        (10, KanaStyle::Hiragana),
    ])
}

fn draw_numbers(draw: &mut Draw) -> NumberStyle {
    draw.weighted(&[
        (34, NumberStyle::Dashes('-')),
        (5, NumberStyle::Dashes('ー')),
        (5, NumberStyle::Dashes('−')),
        (3, NumberStyle::Dashes('‐')),
        (3, NumberStyle::Dashes('―')),
        (1, NumberStyle::Dashes('ｰ')),
        (16, NumberStyle::Full),
        (14, NumberStyle::Chome),
        (6, NumberStyle::Banchi),
        (7, NumberStyle::KanjiChome),
        (3, NumberStyle::Kanji),
        (1, NumberStyle::KanjiDigits('ー')),
        (1, NumberStyle::KanjiDigits('―')),
        (1, NumberStyle::No),
    ])
}

fn draw_room(draw: &mut Draw) -> RoomStyle {
    draw.weighted(&[
        (30, RoomStyle::Spaced),
        (20, RoomStyle::Wide),
        (20, RoomStyle::Named),
        (12, RoomStyle::Glued),
        (10, RoomStyle::NumberOnly),
        (8, RoomStyle::Omitted),
    ])
}

fn draw_phone(draw: &mut Draw) -> PhoneStyle {
    draw.weighted(&[
        (45, PhoneStyle::Dashes),
        (22, PhoneStyle::Digits),
        (8, PhoneStyle::Brackets),
        (5, PhoneStyle::AreaBrackets),
        (3, PhoneStyle::International),
        (2, PhoneStyle::InternationalDigits),
        (6, PhoneStyle::LostZero),
        (3, PhoneStyle::Float),
        (4, PhoneStyle::Wide),
        (2, PhoneStyle::Spaces),
    ])
}

fn draw_postal(draw: &mut Draw) -> PostalStyle {
    draw.weighted(&[
        (45, PostalStyle::Dash),
        (35, PostalStyle::Digits),
        (8, PostalStyle::Mark),
        (6, PostalStyle::Wide),
        (6, PostalStyle::LostZeros),
    ])
}

fn draw_date(draw: &mut Draw) -> DateStyle {
    draw.weighted(&[
        (22, DateStyle::Slashes),
        (14, DateStyle::ShortSlashes),
        (14, DateStyle::Iso),
        (14, DateStyle::Compact),
        (6, DateStyle::Kanji),
        (10, DateStyle::Era),
        (10, DateStyle::EraLetter),
        (4, DateStyle::EraCompact),
        (4, DateStyle::Midnight),
        (2, DateStyle::Serial),
    ])
}
