--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN INSERT INTO log VALUES ('x'); RETURN new; END; $_$;

CREATE TABLE public.customers (
    "名前" text,
    "年令" text,
    "性別" text,
    "住所" text,
    "建物名" text,
    "電話" text,
    "生年月日" text,
    "郵便" text,
    "会員ID" text
);

INSERT INTO public.customers VALUES ('新川　猛', '36', 'M', '秋田県秋田市千秋城下町1779-29', NULL, '090(2436)3801', '1982/7/1', '010-0873', '00000008');
INSERT INTO public.customers VALUES ('竹内　昭雄', '30', 'M', '秋田県秋田市上北手古野32-29', NULL, '090(5300)5279', '1987/12/1', '010-1404', '00000124');
INSERT INTO public.customers VALUES ('浅野　重行', '86', 'M', '秋田県湯沢市 西新町920-8', NULL, '018(232)4718', '1932/7/23', '012-0034', '00000070');
INSERT INTO public.customers VALUES ('真崎　一典', '63', 'M', '秋田県仙北市田沢湖角館東前郷25-28', NULL, '018(470)1963', '1954/12/22', '014-1116', '00000029');
INSERT INTO public.customers VALUES ('斉藤　直歩子', '29', 'F', '岩手県滝沢市鵜飼白石5-27-1', NULL, '090(1672)2728', '1989/9/25', '020-0661', '00000160');
INSERT INTO public.customers VALUES ('山本　美香 ', '45', 'F', '岩手県大船渡市盛町2227-30', NULL, '019(350)8562', '1973/2/18', '022-0003', '00000009');
INSERT INTO public.customers VALUES ('南　寿子', '51', 'F', '岩手県釜石市平田655-3', 'ハイツ平田1106', '070-3089-2520', '1967/5/16', '026-0001', '00000123');
INSERT INTO public.customers VALUES ('高橋　昭子', '64', 'F', '岩手県宮古市大字片巣1635', NULL, '090(8095)5335', '1954/9/3', '028-2303', '00000089');
INSERT INTO public.customers VALUES ('石原　万奈', '74', 'F', '岩手県九戸郡洋野町有家6丁目7番10号', 'グランド有家ハウス201', '0193(83)8541', '1943/11/23', '028-7905', '00000164');
INSERT INTO public.customers VALUES ('舘田　和秋', '44', 'M', '青森県青森市古川2369', '古川ハウス609', '090(6520)2431', '1974/1/25', '030-0862', '00000019');
INSERT INTO public.customers VALUES ('鷲尾　康章', '71', 'M', '北海道虻田郡喜茂別町伏見142-8', 'グリーンアパート808', '0154(94)1728', '1947/4/26', '044-0221', '00000175');
INSERT INTO public.customers VALUES ('三浦　弘二', '45', 'M', '北海道札幌市西区八軒二条東2408-22', NULL, '080(6063)5141', '1973/4/10', '063-0862', '00000151');
INSERT INTO public.customers VALUES ('原田　未来', '29', 'M', '北海道江別市大麻東町2344-24', NULL, '080(2621)3355', '1989/5/1', '069-0852', '00000031');
INSERT INTO public.customers VALUES ('小松　憲昭', '65', 'M', '北海道標津郡中標津町東中1-21-26', NULL, '0123(76)1100', '1953/9/6', '086-1083', '00000118');
INSERT INTO public.customers VALUES ('細川　武男 ', '67', 'M', '北海道河西郡中札内村東五条南6-5-10', 'メゾン住宅609', '011(945)3881', '1951/1/29', '089-1345', '00000154');
INSERT INTO public.customers VALUES ('鈴木　寿子', '63', 'F', '十勝郡浦幌町上厚内6-33-9', NULL, '0166(24)0796', '1955/10/28', '089-5866', '00000020');
INSERT INTO public.customers VALUES ('下橋　隆二', '62', 'M', '東京都東村山市秋津町3-32-22', NULL, '042(567)7175', '1955/12/3', '189-0001', '00000039');
INSERT INTO public.customers VALUES ('中尾　孝広', '35', 'M', '東京都立川市高松町5丁目16番1号', 'ヴィラ高松町209', '090(8288)6525', '1983/7/12', '190-0011', '00000084');
INSERT INTO public.customers VALUES ('舟橋　奈々子', '67', 'F', '西多摩郡日の出町平井23-3', NULL, '0422(64)7055', '1951/2/7', '190-0182', '00000067');
INSERT INTO public.customers VALUES ('藤原　万奈', '84', 'F', '神奈川県横浜市港北区新吉田町2-12-14', 'コーポ新吉田ハイツ804', '044(396)5724', '1934/6/4', '223-0056', '00000069');
INSERT INTO public.customers VALUES ('中村　誠二', '24', 'M', '神奈川県横浜市緑区青砥町5-26-7', NULL, '090(2926)2703', '1994/9/26', '226-0022', '00000046');
INSERT INTO public.customers VALUES ('古川　国子', '24', 'F', '神奈川県横浜市鶴見区生麦1-7-19', NULL, '090(3559)5660', '1993/11/22', '230-0052', '00000125');
INSERT INTO public.customers VALUES ('後藤　聡子', '65', 'F', '神奈川県足柄上郡松田町松田庶子1356', 'メゾン松田庶509', '0463(24)9401', '1953/10/14', '258-0004', '00000098');
INSERT INTO public.customers VALUES ('石丸　芽吹', '86', 'F', '千葉県印西市川向3-24-10', NULL, '0436(48)3989', '1932/1/23', '270-2319', '00000049');
INSERT INTO public.customers VALUES ('日吉　香里', '45', 'F', '茨城県つくばみらい市仁左衛門新田3-31-23', NULL, '080(3888)6149', '1973/1/13', '300-2405', '00000075');
INSERT INTO public.customers VALUES ('山脇　佐保子', '81', 'F', '茨城県龍ケ崎市長沖新田町11-22', NULL, '090(4308)7912', '1937/6/21', '301-0016', '00000115');
INSERT INTO public.customers VALUES ('三宅忠則', '46', 'M', '栃木県塩谷郡塩谷町風見3-22-16', NULL, '090(4232)2739', '1971/12/23', '329-2336', '00000171');
INSERT INTO public.customers VALUES ('生稲　典生', '35', 'M', '埼玉県坂戸市金田49-8', 'フォレストレジデンス401', '090(2869)5026', '1983/5/4', '350-0268', '00000058');
INSERT INTO public.customers VALUES ('小酒井　晶子', '40', 'F', '長野県南佐久郡南牧村海尻１５５４', 'ライフレジデンスA-8', '080(3725)3414', '1978/8/9', '384-1301', '00000068');
INSERT INTO public.customers VALUES ('林　耕司', '25', 'M', '長野県諏訪郡下諏訪町東弥生町二丁目5番29号', 'シティ東弥生コート601', '090(6085)0947', '1993/1/13', '393-0083', '00000044');
INSERT INTO public.customers VALUES ('坂本　裕子', '55', 'F', '山梨県甲府市大手3-21-27', NULL, '0551(31)1114', '1963/6/12', '400-0015', '00000129');
INSERT INTO public.customers VALUES ('伊藤　政秀', '24', 'M', '静岡県熱海市 福道町751', '福道町荘1001', '090(3723)4412', '1994/4/3', '413-0017', '00000170');
INSERT INTO public.customers VALUES ('池田　真樹子', '49', 'F', '静岡県静岡市清水区伊佐布5-14-19', NULL, '070(1092)2148', '1969/9/4', '424-0112', '00000153');
INSERT INTO public.customers VALUES ('長岡　成雄', '61', 'M', '愛知県北設楽郡豊根村富山4-24-29', 'シティ富山レジデンスA-9', '080(8723)1161', '1957/4/10', '431-4121', '00000121');
INSERT INTO public.customers VALUES ('山口　一郎', '56', 'M', '愛知県田原市 保美町1-18-23', '保美町ハイツ803', '080 6696 7555', '1961/12/5', '441-3614', '00000073');
INSERT INTO public.customers VALUES ('吉田　奈巳', '69', 'F', '愛知県碧南市浜田町1730-9', NULL, '0587(22)5183', '1949/2/17', '447-0842', '00000116');
INSERT INTO public.customers VALUES ('大野　夏見', '69', 'F', '愛知県碧南市松江町14-16', NULL, '0587(85)5691', '1949/11/2', '447-0868', '00000134');
INSERT INTO public.customers VALUES ('栗原　喜己子', '25', 'F', '愛知県名古屋市中村区森末町6-24-4', 'フォレスト森末町110', '0587(56)4853', '1993/5/4', '453-0052', '00000014');
INSERT INTO public.customers VALUES ('栗原　武生', '25', 'M', '愛知県名古屋市中村区二瀬町5-29-21', NULL, '090(1635)4061', '1993/2/10', '453-0837', '00000078');
INSERT INTO public.customers VALUES ('澤田　友康', '52', 'M', '愛知県名古屋市千種区 向陽1-14-8', NULL, '080(4369)8002', '1966/5/9', '464-0061', '00000017');


--
-- PostgreSQL database dump complete
--

