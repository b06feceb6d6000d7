// Letters of five columns, for the names in pictures: no font of the machine is asked for, so that the same picture is the
// same everywhere.

/** The character, then its columns from left to right: two hexadecimal digits each, of which the lowest bit is on top. */
// prettier-ignore
const columns = [
  "!:00005f0000 \":0007000700 #:147f147f14 $:242a7f2a12 %:2313086462 &:3649552250",
  "':0005030000 (:001c224100 ):0041221c00 *:14083e0814 +:08083e0808 ,:0050300000",
  "-:0808080808 .:0060600000 /:2010080402 0:3e5149453e 1:00427f4000 2:4261514946",
  "3:2141454b31 4:1814127f10 5:2745454539 6:3c4a494930 7:0171090503 8:3649494936",
  "9:064949291e ::0036360000 ;:0056360000 <:0814224100 =:1414141414 >:0041221408",
  "?:0201510906 @:324979413e A:7e1111117e B:7f49494936 C:3e41414122 D:7f4141221c",
  "E:7f49494941 F:7f09090901 G:3e4149497a H:7f0808087f I:00417f4100 J:2040413f01",
  "K:7f08142241 L:7f40404040 M:7f020c027f N:7f0408107f O:3e4141413e P:7f09090906",
  "Q:3e4151215e R:7f09192946 S:4649494931 T:01017f0101 U:3f4040403f V:1f2040201f",
  "W:3f4038403f X:6314081463 Y:0708700807 Z:6151494543 [:007f414100 \\:0204081020",
  "]:0041417f00 ^:0402010204 _:4040404040 `:0001020400 a:2054545478 b:7f48444438",
  "c:3844444420 d:384444487f e:3854545418 f:087e090102 g:18a4a4a47c h:7f08040478",
  "i:00447d4000 j:4080847d00 k:7f10284400 l:00417f4000 m:7c04180478 n:7c08040478",
  "o:3844444438 p:fc24242418 q:18242418fc r:7c08040408 s:4854545420 t:043f444020",
  "u:3c4040207c v:1c2040201c w:3c4030403c x:4428102844 y:1ca0a0a07c z:4464544c44",
  "{:0008364100 }:0041360800 ~:1008081008 …:4000400040 ×:2214081422 ·:0018180000",
  "|:00007f0000",
];

export const letterWidth = 5;
/** The last row is that of tails: g, p, y. */
export const letterHeight = 8;

const letters = new Map(
  columns.flatMap((line) => line.split(" ")).map((entry) => [entry.charAt(0), Buffer.from(entry.slice(2), "hex")]),
);
const blank = Buffer.alloc(letterWidth);
/** What stands for a character that is not drawn here. */
const frame = Buffer.from("7f4141417f", "hex");

/** Whether there is ink in this column and row of a character. */
export function isInk(character: string, column: number, row: number): boolean {
  const drawn = character === " " ? blank : (letters.get(character) ?? frame);
  return ((drawn[column] ?? 0) >> row) % 2 === 1;
}
