// Package told says the sentences of the agent anew in German: those of alerts, gates, refusals, elevations, duty and the record. The
// agent speaks English on the wire and in the record, so that nothing can differ in a number; whoever shows it to people says it in
// their language. The area "told" of the catalogues has each sentence as the agent says it, with names for what varies, and the
// German with the same names in its own order.
//
// Pages do the same in told.js; agent/console/testdata/told.json is told to both. A sentence that is not known stays as it is: nothing that was said
// is ever lost.
package told
