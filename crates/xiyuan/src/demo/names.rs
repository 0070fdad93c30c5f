//! Fictional names and codes of the demo city. Each name says 示例 or 演示, each credit code is of a series that no
//! registration authority gives out (division 320299), with check digits that hold.

use xiyuan_store::Uscc;

const FIRST: &str = "云星海泽锦启恒瑞宏嘉凌卓翰朗博晟铭昊润达丰禾沐清澄岚霁晨晖曜辰景昕睿哲思远航腾跃骏骥鼎盛隆昌泰安康宁和谐";
const SECOND: &str = "川原野岳峰林森木叶枝芯微纳光电波频控智算联通途驰风帆桥梁舟港湾洲屿石玉金银铜铁钢铸锻造工匠艺术文创新华夏";
const TRADES: [&str; 24] = [
    "精密机械",
    "微电子",
    "传感技术",
    "生物制药",
    "软件",
    "智能装备",
    "纺织科技",
    "环保设备",
    "新材料",
    "新能源",
    "汽车零部件",
    "光电",
    "自动化",
    "医疗器械",
    "半导体",
    "电气",
    "模具",
    "化纤",
    "数控",
    "测控",
    "仪器",
    "轴承",
    "电子元件",
    "动力系统",
];
const PARKS: [&str; 24] = [
    "云杉",
    "银杏",
    "水杉",
    "香樟",
    "青枫",
    "白榆",
    "红豆杉",
    "梧桐",
    "海棠",
    "玉兰",
    "紫薇",
    "合欢",
    "金桂",
    "翠竹",
    "丹枫",
    "乌桕",
    "朴树",
    "榉木",
    "石楠",
    "芙蓉",
    "木槿",
    "杜鹃",
    "蔷薇",
    "桃溪",
];
const BODY: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// Makes enterprise names; each number has its own.
#[derive(Clone, Debug)]
pub struct EnterpriseNames {
    first: Vec<char>,
    second: Vec<char>,
}

impl Default for EnterpriseNames {
    fn default() -> Self {
        Self { first: characters(FIRST), second: characters(SECOND) }
    }
}

impl EnterpriseNames {
    /// E.g. `无锡示例云川精密机械有限公司`. `place` is the name of a district or of the city.
    pub fn name(&self, place: &str, number: usize) -> String {
        let (first, second) = (self.first.len(), self.second.len());
        let pairs = first * second;
        // Steps that share no factor with the number of pairs visit each pair once.
        let mut step = 1013;
        while gcd(step, pairs) > 1 {
            step += 2;
        }
        let pair = number % pairs * step % pairs;
        let mut brand = String::new();
        brand.push(self.first[pair % first]);
        brand.push(self.second[pair / first]);
        let mut rest = number / pairs;
        while rest > 0 {
            brand.push(self.second[rest % second]);
            rest /= second;
        }
        let place = place.trim_end_matches(['市', '区']);
        let place = if place.starts_with("无锡") { place.to_owned() } else { format!("无锡{place}") };
        format!("{place}示例{brand}{}有限公司", TRADES[number % TRADES.len()])
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// E.g. `演示·云杉集成电路产业园`; later rounds carry a number.
pub fn park(number: usize, industry: &str) -> String {
    format!("演示·{}{industry}产业园", park_word(number))
}

/// E.g. `演示·云杉园区运营管理有限公司`.
pub fn operator(number: usize) -> String {
    format!("演示·{}园区运营管理有限公司", park_word(number))
}

fn park_word(number: usize) -> String {
    let word = PARKS[number % PARKS.len()];
    match number / PARKS.len() {
        0 => word.to_owned(),
        round => format!("{word}{}号", round + 1),
    }
}

/// A well-formed credit code of the fictional series `91320299D…`; each number below 31⁷ has its own.
pub fn credit_code(number: u64) -> String {
    let mut body = [b'0'; 7];
    let mut rest = number;
    for place in body.iter_mut().rev() {
        *place = BODY[usize::try_from(rest % 31).unwrap_or(0)];
        rest /= 31;
    }
    let organisation = format!("D{}", String::from_utf8_lossy(&body));
    let text = format!("91320299{organisation}{}", organisation_check(&organisation));
    let check = Uscc::check_digit(&text).unwrap_or('0');
    format!("{text}{check}")
}

/// Check digit of the 8 characters of an organisation code (GB 11714: weights, modulo 11).
fn organisation_check(code: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = code.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_of_enterprises_differ_and_say_that_they_are_examples() {
        let names = EnterpriseNames::default();
        let all: HashSet<String> = (0..20_000).map(|number| names.name("新吴区", number)).collect();
        assert_eq!(all.len(), 20_000);
        assert!(all.iter().all(|name| name.contains("示例")));
    }

    #[test]
    fn credit_codes_are_well_formed_and_differ() {
        let codes: HashSet<String> = (0..5_000).map(credit_code).collect();
        assert_eq!(codes.len(), 5_000);
        for code in codes {
            let parsed = Uscc::parse(&code).expect("well-formed");
            assert!(parsed.warning().is_none(), "{code}");
        }
    }

    #[test]
    fn parks_beyond_the_list_of_words_carry_a_number() {
        assert_eq!(park(0, "集成电路"), "演示·云杉集成电路产业园");
        assert_eq!(park(24, "物联网"), "演示·云杉2号物联网产业园");
        assert_eq!(operator(0), "演示·云杉园区运营管理有限公司");
    }
}
