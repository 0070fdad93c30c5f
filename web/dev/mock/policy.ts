import type { Policy } from "../../src/api/types";

const names: Record<string, string> = {
  "1.3.1": "规划科学",
  "1.4.2": "集聚发展",
  "2.1.4": "提升土地利用强度",
  "2.2.1": "提升主导产业优势",
};
const texts: Record<string, string> = {
  "1.3.1":
    "规划科学。园区发展规划符合国土空间规划、产业发展规划和环境保护规划，规划边界清晰，具有明确的四至范围。",
  "1.4.2":
    "2.集聚发展态势得到进一步彰显。特色产业园区内的主导产业集聚度超过50%，基本形成大中小企业上下游协作、融通发展的态势。规模以上工业增加值率高于全市平均1个百分点以上，亩均产出、亩均税收高于全市规模以上工业企业平均水平10%以上。",
  "2.1.4":
    "4.提升土地利用强度。不断提高园区用地容积率，新上工业项目用地项目容积率一般不低于1.5，高标准厂房用地容积率一般不低于2.0，科研设计用地容积率一般不低于2.5。",
  "2.2.1":
    "1.提升主导产业优势。原则上一个特色产业园区聚焦一个主导产业，严格把控入园企业产业方向，坚持项目入园标准，推动优势主导产业加速在园区集聚发展，到2025年，主导产业占园区营收的比重不低于50%，主导产业入驻企业数占园区全部入驻企业总数的50%以上，形成鲜明的园区产业辨识度。",
};
export const policy: Policy = {
  id: "wuxi-2023",
  title: "无锡市关于加快特色产业园区建设的实施意见",
  issuer: "无锡市人民政府办公室",
  documentNumber: null,
  issued: "2023-05-13",
  inForceFrom: "2023-05-13",
  inForceTo: null,
  digest: "9f1c4d0be2a77d03",
  isDefault: true,
  clauses: Object.keys(names).map((id) => ({
    id,
    title: names[id] ?? "",
    text: texts[id] ?? "",
    dutyUnits: ["市发展改革委", "市工业和信息化局", "市科技局"],
    soft:
      id === "2.2.1"
        ? [{ quote: "原则上一个特色产业园区聚焦一个主导产业", decidedBy: "市工业和信息化局" }]
        : [],
    criteria:
      id === "2.2.1"
        ? ["leading-revenue-share", "leading-count-share"]
        : id === "1.4.2"
          ? ["value-added-rate"]
          : [],
    indicators: id === "2.2.1" ? ["leading_revenue_share"] : [],
    targets: [],
    tasks: [],
    forms: [],
    parameters: id === "2.2.1" ? ["leading-share-floor"] : id === "1.4.2" ? ["value-added-margin"] : [],
  })),
  targets: [],
  tasks: [],
  criteria: [
    {
      id: "leading-revenue-share",
      name: "主导产业营收占比",
      clause: "2.2.1",
      quote: "主导产业占园区营收的比重不低于50%",
      words: "主导产业企业营业收入合计 ÷ 全部入驻企业营业收入合计 ≥ 50%",
      readings: [
        { id: "not-below", text: "不低于 50%", clause: "2.2.1", quote: "不低于50%", words: "≥ 50%" },
        { id: "above", text: "超过 50%", clause: "1.4.2", quote: "超过50%", words: "> 50%" },
      ],
      judgedBy: null,
      isSoft: false,
      basis: null,
      source: null,
    },
    {
      id: "leading-count-share",
      name: "主导产业企业数占比",
      clause: "2.2.1",
      quote: "主导产业入驻企业数占园区全部入驻企业总数的50%以上",
      words: "主导产业企业数 ÷ 全部企业数 ≥ 50%",
      readings: [],
      judgedBy: null,
      isSoft: false,
      basis: null,
      source: null,
    },
    {
      id: "value-added-rate",
      name: "规上工业增加值率",
      clause: "1.4.2",
      quote: "规模以上工业增加值率高于全市平均1个百分点以上",
      words: "≥ 全市平均 + 1 个百分点",
      readings: [],
      judgedBy: null,
      isSoft: false,
      basis: "待核",
      source: "市统计局年度公报",
    },
  ],
  indicators: [
    {
      id: "leading_revenue_share",
      name: "主导产业营收占比",
      unit: "%",
      decimals: 2,
      subject: "park",
      clauses: ["2.2.1"],
      formula: "sum(enterprise.revenue) FILTER (WHERE enterprise.is_leading) / sum(enterprise.revenue)",
      words: "主导产业企业的营业收入合计，除以全部入驻企业的营业收入合计。",
      note: null,
    },
  ],
  parameters: [
    {
      id: "leading-share-floor",
      name: "主导产业占比下限",
      unit: "%",
      value: "50",
      values: [],
      clause: "2.2.1",
      source: null,
      basis: null,
    },
    {
      id: "value-added-margin",
      name: "增加值率高出幅度",
      unit: "百分点",
      value: "1",
      values: [],
      clause: "1.4.2",
      source: null,
      basis: null,
    },
    {
      id: "city-value-added-rate",
      name: "全市规上工业增加值率",
      unit: "%",
      value: "23.0",
      values: [{ from: "2021", value: "23.0" }],
      clause: "1.4.2",
      source: "统计年鉴",
      basis: "待核",
    },
  ],
  forms: [
    {
      id: "enterprise-annual",
      name: "企业年报",
      subject: "enterprise",
      frequency: "yearly",
      sections: [
        {
          name: "经营",
          fields: [
            {
              id: "revenue",
              key: "revenue",
              name: "营业收入",
              type: "decimal",
              unit: "万元",
              decimals: 2,
              required: true,
              sensitivity: "sensitive",
              help: "含税前全部营业收入",
              sources: ["企业填报"],
            },
            {
              id: "tax",
              key: "tax",
              name: "税收",
              type: "decimal",
              unit: "万元",
              decimals: 2,
              required: true,
              sensitivity: "sensitive",
              help: null,
              sources: ["企业填报"],
            },
            {
              id: "above",
              key: "above_scale",
              name: "是否规上",
              type: "bool",
              unit: null,
              decimals: 0,
              required: true,
              sensitivity: "general",
              help: null,
              sources: ["企业填报"],
            },
          ],
        },
        {
          name: "用地",
          fields: [
            {
              id: "land",
              key: "land",
              name: "用地面积",
              type: "decimal",
              unit: "亩",
              decimals: 4,
              required: false,
              sensitivity: "general",
              help: null,
              sources: ["企业填报"],
            },
          ],
        },
      ],
    },
  ],
  facts: [
    {
      id: "plan-conforms",
      name: "园区发展规划符合三类规划",
      clause: "1.3.1",
      judgedBy: { code: "city_officer", name: "市级经办" },
    },
  ],
  evidence: [{ id: "plan-approval", clause: "1.3.1", name: "规划批复文件" }],
  assessments: [
    {
      id: "recognition",
      isDefault: true,
      subject: "park",
      name: "市级特色产业园区认定",
      criteria: ["leading-revenue-share", "leading-count-share", "value-added-rate"],
    },
  ],
  benchmarks: [],
  scorecards: [],
};
