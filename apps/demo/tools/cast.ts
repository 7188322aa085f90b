/** Everybody in the story. Numbers become GLNs (`example-keys.ts`). */
export interface Member {
  readonly party: number;
  readonly name: string;
  readonly nameZh: string;
  readonly roles: readonly string[];
  readonly country: 'CN' | 'DE' | 'FR';
  readonly city: string;
}

const member = (party: number, name: string, nameZh: string, role: string, country: Member['country'], city: string): Member => ({
  party,
  name,
  nameZh,
  roles: [role],
  country,
  city,
});

export const FUSE_MAKER = 101;
export const MOTOR_MAKER = 102;
export const MILL = 104;
export const HEATER_MAKER = 201;
export const STRIP_MAKER = 202;
export const CEREAL_MAKER = 203;
export const IMPORTER = 301;
export const DC_NORTH = 401;
export const DC_EAST = 402;
export const DC_HAMBURG = 403;
export const DC_LYON = 404;
export const PLATFORM = 601;
export const WORKSHOP = 701;
export const REGULATOR = 901;
/** Sold heaters of the good lot only. */
export const UNTOUCHED_SHOP = 525;
/** Answers its notice last. */
export const STRAGGLER = 517;
/** Its delivery is reported late. */
export const LATE_SHOP = 524;

/** Shops by the distribution centre that serves them. */
export const SHOPS: Readonly<Record<number, readonly number[]>> = {
  [DC_NORTH]: [501, 502, 503, 504, 505, 506],
  [DC_EAST]: [507, 508, 509, 510, 511, 512],
  [DC_HAMBURG]: [513, 514, 515, 516, 517, 518],
  [DC_LYON]: [519, 520, 521, 522, 523],
};

const shop = (party: number, name: string, nameZh: string, country: Member['country'], city: string): Member =>
  member(party, name, nameZh, 'retailer', country, city);

export const CAST: readonly Member[] = [
  member(FUSE_MAKER, 'Huaxing Thermal Fuses', '华星热熔断器', 'manufacturer', 'CN', 'Xiamen'),
  member(MOTOR_MAKER, 'Dongfeng Road Motors', '东风路电机', 'manufacturer', 'CN', 'Dongguan'),
  member(MILL, 'Green Paddy Mill', '青禾米业', 'manufacturer', 'CN', 'Harbin'),
  member(HEATER_MAKER, 'Nuanlu Appliances', '暖炉电器', 'manufacturer', 'CN', 'Foshan'),
  member(STRIP_MAKER, 'Lianhe Power Strips', '联合插座', 'manufacturer', 'CN', 'Wenzhou'),
  member(CEREAL_MAKER, 'Little Spoon Foods', '小勺食品', 'manufacturer', 'CN', 'Changsha'),
  member(IMPORTER, 'Elbufer Import GmbH', '易北河进口', 'distributor', 'DE', 'Hamburg'),
  member(DC_NORTH, 'North China Distribution', '华北配送中心', 'distributor', 'CN', 'Tianjin'),
  member(DC_EAST, 'East China Distribution', '华东配送中心', 'distributor', 'CN', 'Kunshan'),
  member(DC_HAMBURG, 'Nordhafen Logistik', '北港物流', 'distributor', 'DE', 'Hamburg'),
  member(DC_LYON, 'Entrepôt du Rhône', '罗讷仓储', 'distributor', 'FR', 'Lyon'),
  shop(501, 'Haidian Home Store', '海淀家电', 'CN', 'Beijing'),
  shop(502, 'Chaoyang Home Store', '朝阳家电', 'CN', 'Beijing'),
  shop(503, 'Hexi Appliances', '河西电器', 'CN', 'Tianjin'),
  shop(504, 'Yuhua Appliances', '裕华电器', 'CN', 'Shijiazhuang'),
  shop(505, 'Spring City Electric', '泉城电器', 'CN', 'Jinan'),
  shop(506, 'Fen River Electric', '汾河电器', 'CN', 'Taiyuan'),
  shop(507, 'Pudong Living', '浦东生活馆', 'CN', 'Shanghai'),
  shop(508, 'Xuhui Living', '徐汇生活馆', 'CN', 'Shanghai'),
  shop(509, 'West Lake Living', '西湖生活馆', 'CN', 'Hangzhou'),
  shop(510, 'Drum Tower Electric', '鼓楼电器', 'CN', 'Nanjing'),
  shop(511, 'Canal Street Electric', '运河街电器', 'CN', 'Suzhou'),
  shop(512, 'Three Rivers Electric', '三江电器', 'CN', 'Ningbo'),
  shop(513, 'Elektro Altona', '阿尔托纳电器', 'DE', 'Hamburg'),
  shop(514, 'Weser Haushalt', '威悉家居', 'DE', 'Bremen'),
  shop(515, 'Fördekaufhaus', '峡湾百货', 'DE', 'Kiel'),
  shop(516, 'Leine Elektro', '莱讷电器', 'DE', 'Hannover'),
  shop(517, 'Kiezladen Mitte', '米特小店', 'DE', 'Berlin'),
  shop(518, 'Pleiße Technik', '普莱瑟电器', 'DE', 'Leipzig'),
  shop(519, 'Maison Bellecour', '白莱果家居', 'FR', 'Lyon'),
  shop(520, 'Chaleur des Alpes', '阿尔卑斯取暖', 'FR', 'Grenoble'),
  shop(521, 'Au Bon Foyer', '好炉家居', 'FR', 'Dijon'),
  shop(522, 'Vieux-Port Électro', '老港电器', 'FR', 'Marseille'),
  shop(523, 'Baie des Anges Maison', '天使湾家居', 'FR', 'Nice'),
  shop(LATE_SHOP, 'Quincaillerie du Lac', '湖畔五金', 'FR', 'Annecy'),
  shop(UNTOUCHED_SHOP, 'Fengtai Home Store', '丰台家电', 'CN', 'Beijing'),
  shop(526, 'Bell Tower Baby Shop', '钟楼母婴', 'CN', 'Xi’an'),
  member(PLATFORM, 'Wanli Online Mall', '万里网购', 'platform', 'CN', 'Hangzhou'),
  member(WORKSHOP, 'Lao Zhang Repairs', '老张维修', 'repairer', 'CN', 'Guangzhou'),
  member(REGULATOR, 'Product Safety Authority', '产品安全主管部门', 'regulator', 'CN', 'Beijing'),
];

/** A trade item. Numbers become GTINs. */
export interface Product {
  readonly item: number;
  readonly name: string;
  readonly nameZh: string;
  readonly brand: string;
  readonly category: string;
  readonly producer: number;
}

export const FUSE = 20011;
export const MOTOR = 20028;
export const RICE_FLOUR = 20035;
export const HEATER = 30010;
export const STRIP = 30027;
export const CEREAL = 30034;

export const PRODUCTS: readonly Product[] = [
  {
    item: FUSE,
    name: 'Thermal fuse TF-130',
    nameZh: '热熔断器 TF-130',
    brand: 'Huaxing',
    category: 'component',
    producer: FUSE_MAKER,
  },
  {
    item: MOTOR,
    name: 'Fan motor FM-12',
    nameZh: '风扇电机 FM-12',
    brand: 'Dongfeng Road',
    category: 'component',
    producer: MOTOR_MAKER,
  },
  {
    item: RICE_FLOUR,
    name: 'Rice flour for infant food',
    nameZh: '婴幼儿辅食米粉原料',
    brand: 'Green Paddy',
    category: 'ingredient',
    producer: MILL,
  },
  {
    item: HEATER,
    name: 'Fan heater Warm One 1500 W',
    nameZh: '暖一号暖风机 1500W',
    brand: 'Nuanlu',
    category: 'household appliance',
    producer: HEATER_MAKER,
  },
  {
    item: STRIP,
    name: 'Power strip with overheating cut-off',
    nameZh: '过热保护插线板',
    brand: 'Lianhe',
    category: 'household appliance',
    producer: STRIP_MAKER,
  },
  {
    item: CEREAL,
    name: 'Infant rice cereal 250 g',
    nameZh: '婴儿营养米粉 250克',
    brand: 'Little Spoon',
    category: 'infant food',
    producer: CEREAL_MAKER,
  },
];
