/** An invented city: 演示数据, nobody real. The same seed gives the same rows. */
import type { EnterpriseRow, ParkRow } from "../../src/api/types";

let state = 20230513;
export function random(n: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state % n;
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

export const DISTRICTS = [
  "江阴市",
  "宜兴市",
  "梁溪区",
  "锡山区",
  "惠山区",
  "滨湖区",
  "新吴区",
  "无锡经开区",
].map((name, i) => ({ id: `d${i}`, name }));
const INDUSTRIES = [
  "集成电路",
  "生物医药",
  "高端装备",
  "新材料",
  "物联网",
  "新能源汽车零部件",
  "高端纺织服装",
  "软件与信息服务",
];
const WORDS = [
  "云锦",
  "望湖",
  "清泽",
  "曙远",
  "岚川",
  "禾映",
  "松涛",
  "澄光",
  "霁原",
  "雁荷",
  "青屿",
  "涵芳",
];
const OUTCOMES = ["met", "not_met", "undecided"] as const;

export const parks: ParkRow[] = Array.from({ length: 24 }, (_, i) => {
  const outcome: ParkRow["outcome"] & string = i === 0 ? "undecided" : pick(OUTCOMES);
  const industry = pick(INDUSTRIES);
  return {
    id: `p${i}`,
    name: `${WORDS[i % 12]}${industry}${i > 11 ? "创新" : "产业"}园`,
    district: DISTRICTS[i % 8] as { id: string; name: string },
    operator: i === 5 ? null : { id: `o${i}`, name: `无锡${WORDS[i % 12]}园区运营有限公司` },
    leadingIndustry: i === 7 ? null : { code: `C${39 + (i % 8)}`, name: industry },
    enterprises: 12 + random(60),
    outcome,
    met: outcome === "met" ? 9 : 6,
    notMet: outcome === "not_met" ? 2 : 0,
    undecided: outcome === "undecided" ? 2 : 0,
    isDemo: true,
    revision: 1,
  };
});

export const enterprises: EnterpriseRow[] = Array.from({ length: 1240 }, (_, i) => {
  const park = parks[i % 24] as ParkRow;
  return {
    id: `e${i}`,
    uscc: `91320200MA${String(10000000 + i * 37).slice(0, 7)}X`,
    name: `无锡${pick(WORDS)}${pick(WORDS)}${pick(["科技", "精密", "电子", "材料", "装备"])}有限公司`,
    district: park.district,
    park: i % 11 === 0 ? null : { id: park.id, name: park.name },
    leadingIndustry: { code: "C3973", name: pick(INDUSTRIES) },
    isDemo: true,
    revision: 1 + (i % 3),
  };
});
