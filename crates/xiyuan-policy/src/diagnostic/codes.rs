//! Every code the compiler can give: what it means, why it matters, how to mend it. `docs/findings.md` is this table.
//!
//! The texts are shown beside a finding, whose own message says what was found in this place.

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable short word.
    pub code: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to do.
    pub mend: &'static str,
}

/// A code's entry.
pub fn code(code: &str) -> Option<&'static Code> {
    CODES.binary_search_by(|known| known.code.cmp(code)).ok().map(|at| &CODES[at])
}

const fn of(code: &'static str, what: &'static str, why: &'static str, mend: &'static str) -> Code {
    Code { code, what, why, mend }
}

/// All codes, in order of the alphabet.
pub const CODES: &[Code] = &[
    of(
        "aggregate-of-constant",
        "汇总的内容与成员无关",
        "对每个成员都取同一个数再汇总，得到的是成员数的倍数，几乎总是写错了对象",
        "汇总成员自己的字段；要数成员用 count(*)",
    ),
    of(
        "always-met",
        "条件的各项合起来覆盖一切数",
        "永远满足的条件不作任何判断，却让人以为判断过",
        "核对比较方向和门槛；本意是同时满足的写 all",
    ),
    of(
        "bad-factor",
        "单位的系数不大于零",
        "系数是本单位折合基本单位的数，零或负数会让换算无意义",
        "写精确的正数",
    ),
    of(
        "bad-id",
        "标识的写法不对",
        "标识出现在公式、网址和收据里，写法必须唯一、可键入",
        "以小写字母开头，只用小写字母、数字、_ 和 -；不用公式里已有含义的词",
    ),
    of(
        "bad-missing",
        "缺失数据的写法不对",
        "例子要逐格说明缺什么，写法不清就核不对",
        "写“对象.字段”或“对象.字段@期间”",
    ),
    of("bad-period", "期间的写法不对", "期间决定取哪一期的数", "写 2024 或 2024-05"),
    of(
        "base-unit",
        "量纲没有唯一的基本单位",
        "同一量纲的换算都经过基本单位，没有或不止一个就无从换算",
        "每个量纲留且只留一个系数为 1 的单位",
    ),
    of("catalog-head", "目录文件的表头不对", "列名认不出，代码就读不出", "首行写 code,name,parent"),
    of(
        "catalog-mismatch",
        "比较的两边出自不同目录",
        "代码只在自己的目录里有意义，相同的代码在两个目录里是两回事",
        "改用同一目录的字段",
    ),
    of("catalog-row", "目录的一行列数不对", "少一列会让名称错位成代码", "补齐或删去多余的列"),
    of(
        "clause-without-rule",
        "条款没有产生任何规则、任务或说明",
        "没有人读过的条款和没有可执行内容的条款看上去一样，漏掉一条不会有人发现",
        "写出规则；确无可执行内容的，用 quotes 摘出要展示的话，或用 soft 写明由谁判断",
    ),
    of(
        "clause-without-text",
        "条款没有正文",
        "引文要与正文逐字核对，没有正文就核不了",
        "在 text.md 里写“## 编号 题名”和正文",
    ),
    of("cycle", "互相引用", "绕成一圈的公式算不出来", "从圈上去掉一处引用；提醒里按次序列出了整圈"),
    of(
        "dated-value-unchanged",
        "相邻两期的值相同",
        "写了新的生效日却没有变，多半是忘了改值",
        "删去这一期，或改成新值",
    ),
    of("dates-reversed", "日期的先后不对", "按日期取值时，次序颠倒会取错一段时间的值", "按先后改正日期"),
    of(
        "derived-value",
        "给派生字段填了值",
        "派生字段由公式得出，填的值会与公式打架",
        "去掉这一列，改填公式用到的字段",
    ),
    of("division-by-zero", "除数写成了零", "这个公式永远没有值", "核对除数"),
    of(
        "dominated-condition",
        "一个条件已由另一个决定",
        "不起作用的条件被改动时，什么也不会发生，改的人却以为改了政策",
        "删去，或核对它的门槛",
    ),
    of(
        "duplicate-id",
        "标识重复",
        "同一个标识指两样东西，引用它的规则就不知道指谁；政策包也不能悄悄改写所用的包",
        "换一个标识，或删去重复的声明",
    ),
    of(
        "empty-expectation",
        "预期里没有写任何结果",
        "什么都不断言的例子永远通过",
        "写 outcome、value、undefined、missing 或 could_change",
    ),
    of("empty-list", "列表是空的", "空的清单作不出判断", "写至少一项，或删去这个键"),
    of("empty-text", "文字是空的", "空白的名称和说明等于没有", "写上内容，或删去这个键"),
    of(
        "expectation-subject",
        "预期的对象或内容不对",
        "一条预期只说一个对象的一件事，多了少了都不知道核对什么",
        "写 park 或 enterprise 之一，criterion、indicator、assessment 之一",
    ),
    of(
        "field-not-placed",
        "字段不在任何分节里",
        "填报页按分节排列，不在分节里的字段没有人能填",
        "把它写进某个 [[section]] 的 fields",
    ),
    of(
        "field-origin",
        "字段的来源不明",
        "一个值要么登记、要么由公式得出，两者都写或都不写就不知道信哪个",
        "registry 与 formula 写且只写一个",
    ),
    of("field-placed-twice", "字段出现在两个分节里", "同一格填两次会填出两个数", "只留一处"),
    of(
        "formula-comment",
        "公式里写了注释",
        "注释会被当成公式的一部分读错，也不会显示给审核的人",
        "说明写在 note 里；减负数写成 a - (-b)",
    ),
    of("formula-syntax", "公式的写法不对", "读不懂的公式不猜", "照提示的位置改"),
    of("formula-too-long", "公式太长或嵌套太深", "人读不懂的公式也审不了", "拆成几个有名字的指标"),
    of(
        "grade-gap",
        "等级之间有空档",
        "落在空档里的对象没有等级",
        "让相邻等级的界限相接，最后一个等级不写界限",
    ),
    of(
        "grade-out-of-reach",
        "没有分数能达到的等级",
        "界限写错了单位或量级时，等级会形同虚设",
        "核对界限与分数的范围",
    ),
    of(
        "grade-overlap",
        "等级互相重叠",
        "同一个分数属于两个等级，结果就取决于排列次序",
        "界限从好到差依次排开，不重复",
    ),
    of(
        "impossible-combination",
        "互相排斥的条件",
        "放在一起谁也满足不了，所有对象都会落空",
        "核对比较方向和门槛；本意是满足其一的写 any",
    ),
    of(
        "judged-without-role",
        "要由人判断的条件没有写由谁判断",
        "公式判不了的事必须有人负责，否则一直悬着",
        "写 judged_by",
    ),
    of("missing-column", "表里缺少列", "没有这一列就不知道每一行说的是谁", "补上列名"),
    of("missing-file", "缺少文件", "没有 policy.toml 就不知道这是什么政策、何时生效", "补上文件"),
    of("missing-key", "缺少必须写的键", "没有默认值的内容不替人猜", "照提示补上"),
    of(
        "missing-rule",
        "缺数规则不对",
        "按已报数计算时，覆盖率下限决定什么时候拒绝给数",
        "missing = \"covered\" 时写 0 到 1 的 min_coverage，其他时候不写",
    ),
    of(
        "not-a-number",
        "不是十进制数",
        "政策的数要与写的一字不差，不经过二进制小数",
        "写成 50、-1.5 这样的十进制数",
    ),
    of(
        "not-allowed-here",
        "这里不能用这样的内容",
        "门槛、核对、指标各有能看见的数，看不见的数取不到",
        "照提示改用允许的内容",
    ),
    of(
        "not-cited",
        "没有写明出处",
        "每条规则都要能追到原文或来源",
        "写 clause 和 quote；不是原文的写 source，未核实的加 basis = \"待核\"",
    ),
    of("not-in-language", "公式里没有这种写法", "公式只留审核的人读得懂、数据库也算得出的部分", "照提示改写"),
    of("not-supported", "暂不支持", "写了却不起作用比不能写更糟", "照提示改用别的写法"),
    of("package-cycle", "政策包互相引用", "绕成一圈就没有先后", "去掉 uses 里的一处"),
    of(
        "parameter-value",
        "参数的值写得不对",
        "一个参数要么一个值，要么几个带生效日的值",
        "value 与 values 写且只写一个，values 不空",
    ),
    of(
        "period-mismatch",
        "按月与按年混用",
        "月份的数和全年的数不是一回事，混用会差出倍数",
        "改用同一种期间的字段，或用跨期汇总",
    ),
    of(
        "previous-of",
        "previous 里写了算式",
        "上一期的成员与本期不同，算式里谁算数说不清",
        "把算式定义为指标，再写 previous(指标)",
    ),
    of(
        "quote-not-in-clause",
        "引文不在条款的原文里",
        "规则所引的话必须真的在那里，一字不差",
        "照原文改引文，或改条款编号",
    ),
    of(
        "quote-without-number",
        "规则的数在引文里找不到",
        "规则与原文不一致：页面上写着的话和实际执行的数对不上",
        "改值或改引文；写法不同的用 quote_reads 写明怎么读，如“10%以上即 1.1 倍”",
    ),
    of("range-reversed", "范围的下限大于上限", "这样的范围什么数都不收", "对调或改正"),
    of("ratio-added", "比率相加或平均", "几家的比率平均不等于整体的比率", "用分子之和除以分母之和"),
    of(
        "reading-without-test",
        "读法没有写与默认有什么不同",
        "没有不同的读法不是另一种读法",
        "写 op、value、parameter、threshold，或完整的 test、all、any",
    ),
    of("row-length", "一行的格数与列名不同", "错一格会让后面的数都错位", "补齐或删去多余的格"),
    of(
        "same-reading",
        "读法与别的读法结果相同",
        "选哪个都一样，选的人却以为选了别的",
        "删去，或写出它真正不同的地方",
    ),
    of(
        "several-tests",
        "判断内容写了不止一种",
        "test、all、any 并列时不知道怎么合起来",
        "只写一个，需要组合时嵌套",
    ),
    of(
        "soft-word-as-hard",
        "引文有“原则上、一般、鼓励”之类的话，条件却是硬性的",
        "原文留了余地，按硬性执行会把可以例外的判成不满足",
        "写 soft = true，或在 reading 里说明这个词怎么读",
    ),
    of(
        "stock-added",
        "时点数跨期相加",
        "十二个月末的人数相加不是全年人数",
        "用 year_average 或 moving_avg 取平均",
    ),
    of("subject-mismatch", "对象不对", "园区的条件不能用企业的指标", "改用同一类对象的指标"),
    of(
        "target-measure",
        "目标没有写数什么，或写了不止一种",
        "不知道数什么的目标没有进度，只能等到期才发现没有完成",
        "写 indicator、formula 或 criterion 之一；现在算不出的写 uncounted 和原因",
    ),
    of(
        "target-without-unit",
        "目标没有责任单位",
        "没有人负责的目标，落后了也不知道该问谁",
        "用 duty 写明责任单位，或引用列有责任单位的条款",
    ),
    of(
        "test-kind",
        "一个判断写了不止一种内容",
        "指标、事实、材料并在一格里不知道怎么合起来",
        "拆成几项放进 all 或 any",
    ),
    of(
        "test-threshold",
        "门槛没有写，或写了不止一种",
        "和什么比不清楚",
        "value、parameter、threshold 写且只写一种",
    ),
    of(
        "threshold-out-of-reach",
        "门槛在填报范围之外",
        "没有一个收得进来的数能跨过它（或全都跨过了），条件就不起作用；多半写错了单位",
        "核对门槛、单位和字段的 range",
    ),
    of("toml-syntax", "文件不是有效的 TOML", "读不懂的文件不猜", "照提示的位置改"),
    of(
        "too-many-decimals",
        "小数位太多",
        "多出来的小数填报时会被拒收，从不四舍五入",
        "减少小数，或放宽字段的 decimals",
    ),
    of(
        "trailing-input",
        "公式后面有多余的内容",
        "公式到此已经完整，多出来的话会被悄悄忽略",
        "删去，或补上漏掉的运算符",
    ),
    of("undeclared-catalog", "目录没有声明", "没有名称和来源的代码表不能用", "在 catalogs.toml 里声明"),
    of(
        "undeclared-clause",
        "条款没有声明",
        "正文里有而 clauses.toml 里没有的条款不会有人负责",
        "在 clauses.toml 里声明",
    ),
    of(
        "unit-factor-inexact",
        "单位的系数不是有限小数",
        "换算不精确，门槛上的比较就可能判错",
        "换一个能精确换算的单位",
    ),
    of("unit-mismatch", "单位不符", "元和亩不能相加，百分比和百分点不是一回事", "照提示改单位或公式"),
    of("unknown-assessment", "没有这个自评", "指到不存在的东西，例子就什么都没有核对", "改正标识"),
    of(
        "unknown-benchmark",
        "没有这项全市数据",
        "指到不存在的东西，公式取不到数",
        "改正标识，或在 benchmarks.toml 里声明",
    ),
    of("unknown-catalog", "没有这个目录", "选项无从核对", "改正标识，或在 catalogs.toml 里声明"),
    of("unknown-clause", "没有这一条", "出处指到不存在的条款", "改正编号"),
    of("unknown-code", "目录里没有这个代码", "比较永远不成立，却不会有人发现", "按目录写代码"),
    of("unknown-column", "不认识的列", "写错的列名会让数据被悄悄丢掉", "改正列名"),
    of("unknown-criterion", "没有这个条件", "指到不存在的东西，自评会漏掉一条", "改正标识"),
    of(
        "unknown-duty-unit",
        "责任单位不在条款所列之中",
        "单位名差一个字，任务就派不到、目标就问不到人",
        "照条款所列的写法改；原文没有列的单位不能凭空添上",
    ),
    of("unknown-evidence", "没有这种证明材料", "要一份谁也交不了的材料", "改正标识，或在 facts.toml 里声明"),
    of("unknown-fact", "没有这项事实", "要一个没有人判断的结论", "改正标识，或在 facts.toml 里声明"),
    of("unknown-field", "没有这个字段", "公式取不到数", "改正名称，或先声明字段"),
    of("unknown-file", "政策包里没有这种文件", "写错名字的文件会被悄悄忽略", "改正文件名；说明写在 .md 里"),
    of("unknown-function", "没有这个函数", "公式的语言只有列出的函数", "改用列出的函数"),
    of("unknown-grade", "没有这个等级", "降到一个不存在的等级等于没有降", "改正等级"),
    of("unknown-grouping", "没有这种分组", "和谁比不清楚", "改正标识，或在 groupings.toml 里声明"),
    of("unknown-indicator", "没有这个指标", "条件没有可比的数", "改正标识"),
    of("unknown-key", "不认识的键", "写错的键会被悄悄忽略，规则就少了一半", "改正键名"),
    of("unknown-name", "公式里的名字不认识", "指标、参数直接写名字，字段要带上对象", "改正名字，或补上对象"),
    of(
        "unknown-package",
        "找不到所用的政策包",
        "少了公用的单位和字段，公式都读不懂",
        "改正 uses，或把那个包一起放进来",
    ),
    of("unknown-parameter", "没有这个参数", "门槛没有数", "改正标识，或在 parameters.toml 里声明"),
    of("unknown-reading", "没有这种读法", "选了一个不存在的读法等于没有选", "改正标识"),
    of("unknown-subject", "例子里没有这个对象", "预期说的对象在例子的数据里不存在", "改正名称，或补上数据"),
    of("unknown-unit", "没有声明这个单位", "不知道怎么换算", "改正单位，或在 units.toml 里声明"),
    of("unknown-word", "不在可选之列", "这个键只认列出的词", "改成列出的词之一"),
    of("unread-field", "字段没有被任何公式使用", "收来不用的数白白增加填报负担", "删去，或写出用它的公式"),
    of(
        "unread-parameter",
        "参数没有被任何公式或条件使用",
        "改它什么也不会发生，改的人却以为改了政策",
        "删去，或写出用它的公式",
    ),
    of(
        "untested-threshold",
        "门槛的某一侧没有例子",
        "恰好等于门槛、差一点和缺数最容易判错，没有例子就没有人核过",
        "在 tests/*.toml 里补上低于、恰好等于、高于门槛和缺数的例子",
    ),
    of(
        "wrong-arguments",
        "函数的参数写法不对",
        "参数的个数或种类不合，算出来的不会是想要的",
        "照提示的写法改",
    ),
    of("wrong-type", "内容的种类不对", "文字当数、日期当文字都读不出来", "照提示改"),
];
