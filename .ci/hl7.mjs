// Has another program's parser read an HL7 v2 message, holds what it read against the tables, and has it answer.
//
//	node .ci/hl7.mjs FOLDER_WITH_NODE_MODULES MESSAGE SECONDS_CSV FIGURES_CSV
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const [folder, file, secondsFile, figuresFile] = process.argv.slice(2);
globalThis.WebSocket ??= class {}; // the library names it, and older versions of Node do not have it
const {Hl7Message} = createRequire(`${folder}/`)("@medplum/core");

let failed = 0;
const complain = (text) => {
	if (++failed <= 20) console.log(`FAIL ${text}`);
};
const rows = (name) => readFileSync(name, "utf8").trimEnd().split("\r\n").slice(1).map((line) => line.split(","));

const message = Hl7Message.parse(readFileSync(file, "utf8"));
const values = message.getAllSegments("OBX");
const moment = (dtm) => dtm.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d\.\d{3})\+0000$/, "$1-$2-$3T$4:$5:$6Z");
const of = (code) => values.filter((x) => x.getComponent(3, 1) === code && x.getField(11).toString() !== "X");

// Pulse rate and SpO2 stand in columns 8 and 9 of the table of seconds, the time in column 3.
const seconds = new Map(rows(secondsFile).map((row) => [row[2], row]));
let minutes = 0;
for (const [code, column] of [["149530", 7], ["150456", 8]]) {
	for (const x of of(code)) {
		minutes++;
		const want = seconds.get(moment(x.getField(14).toString()))?.[column];
		if (want !== x.getField(5).toString()) complain(`OBX ${x.getField(1)}: ${x.getField(5)} is not ${want}`);
	}
}
const taken = rows(figuresFile).filter(([group, , name, value]) => group === "reading" && name === "systolic" && value !== "").map((row) => row[3]);
const systolic = of("150021").map((x) => x.getField(5).toString());
if (`${systolic}` !== `${taken}`) complain(`systolic pressures ${systolic} are not ${taken}`);
if (!minutes || !systolic.length) complain("nothing was measured");

const ack = message.buildAck();
if (ack.getSegment("MSA").getField(1).toString() !== "AA" || ack.getSegment("MSA").getField(2).toString() !== message.header.getField(10).toString()) {
	complain(`the answer is ${ack}`);
}
console.log(`HL7: ${message.segments.length} segments, ${minutes} values of minutes and ${systolic.length} readings as in the tables`);
process.exit(failed ? 1 : 0);
