package report

import "cmp"

// inGerman returns the German words for English ones, and whether there are any: a report's own, else those of the pages, which
// have the titles of alerts and most words of the contract. What staff wrote is theirs. The style is a German one with words.
func (s Style) inGerman(english string) (string, bool) {
	if german := cmp.Or(germanText(english), germanWord(english)); german != "" {
		return german, true
	}
	if s.teller == nil || !s.teller.Knows(english) {
		return "", false
	}
	return s.teller.Say(english), true
}

// germanText has what a report says of its own accord. It stays whole, as a catalogue is read.
func germanText(english string) string {
	switch english {
	case "%d messages of the record could not be read and are left out":
		return "%d Einträge der Aufzeichnung waren nicht lesbar und fehlen hier"
	case "%d of %d readings":
		return "%d von %d Messungen"
	case "Limits changed for the session":
		return "Für die Sitzung geänderte Grenzen"
	case "None: the limits of the profile held all the time.":
		return "Keine: durchgehend galten die Grenzen des Profils."
	case "Profile's own":
		return "Im Profil"
	case "beyond the profile's bounds":
		return "über den Spielraum des Profils hinaus"
	case "Lines and times beyond them in this report are those of the profile itself.":
		return "Linien und Zeiten jenseits davon beziehen sich in diesem Bericht auf das Profil selbst."
	case "Delay":
		return "Verzögerung"
	case "%s of %s":
		return "%s von %s"
	case "%s until %s":
		return "%s bis %s"
	case "(before)":
		return "(vorher)"
	case "Above baseline":
		return "Über dem Ausgangswert"
	case "Acknowledged":
		return "Quittiert"
	case "After dose":
		return "Nach Gabe"
	case "Age":
		return "Alter"
	case "Alert":
		return "Alarm"
	case "Alerts":
		return "Alarme"
	case "Alerts, %s":
		return "Alarme, %s"
	case "All lines of the profile":
		return "Alle Grenzen des Profils"
	case "Amount":
		return "Menge"
	case "Approved by":
		return "Freigegeben von"
	case "At":
		return "Zeit"
	case "Back after":
		return "Zurück nach"
	case "Baseline":
		return "Ausgangswert"
	case "Begun although no nurse was reached":
		return "Begonnen, obwohl keine Pflegekraft erreicht wurde"
	case "Begun by":
		return "Begonnen von"
	case "Beyond":
		return "Jenseits"
	case "Blood pressure 40 min after the first device":
		return "Blutdruck 40 min nach dem ersten Sprühstoß"
	case "Blood pressure before leaving":
		return "Blutdruck vor dem Gehen"
	case "Blood pressure before the dose":
		return "Blutdruck vor der Gabe"
	case "Blood pressure readings":
		return "Blutdruckmessungen"
	case "By":
		return "Von"
	case "Called":
		return "Gerufen"
	case "Class":
		return "Art"
	case "Condition":
		return "Bedingung"
	case "Course of the session: %s. The tables have the same figures.":
		return "Verlauf der Sitzung: %s. Die Tabellen haben dieselben Zahlen."
	case "Details":
		return "Einzelheiten"
	case "Devices":
		return "Geräte"
	case "Difference":
		return "Unterschied"
	case "Dose %d":
		return "Gabe %d"
	case "Doses":
		return "Gaben"
	case "Dotted: baseline. Shaded from a thin line: where alarms begin. Strong vertical lines: doses. A break in a line: nothing was measured.":
		return "Gepunktet: Ausgangswert. Getönt ab einer dünnen Linie: wo Alarme beginnen. Kräftige senkrechte Linien: Gaben. Lücke in einer Linie: nichts gemessen."
	case "Driver":
		return "Treiber"
	case "Drug":
		return "Mittel"
	case "Duty":
		return "Dienst"
	case "Elevations over the baseline":
		return "Erhöhungen über den Ausgangswert"
	case "Ended by":
		return "Beendet von"
	case "Figure":
		return "Angabe"
	case "Figures of the REMS monitoring form":
		return "Angaben des REMS-Überwachungsbogens"
	case "First":
		return "Erste"
	case "From":
		return "Von"
	case "Gate":
		return "Freigabe"
	case "Gates":
		return "Freigaben"
	case "Hash of the profile":
		return "Prüfsumme Profil"
	case "How":
		return "Wie"
	case "Infusion ended at %s.":
		return "Infusion beendet um %s."
	case "Last":
		return "Letzte"
	case "Length":
		return "Dauer"
	case "Line":
		return "Grenze"
	case "Longest":
		return "Längste Lücke"
	case "Marks":
		return "Kennzeichen"
	case "Minutes from the first device to the end of monitoring":
		return "Minuten vom ersten Sprühstoß bis zum Ende der Überwachung"
	case "Minutes observed":
		return "Minuten beobachtet"
	case "No continuous values were recorded.":
		return "Es wurden keine fortlaufenden Werte aufgezeichnet."
	case "No dose was recorded.":
		return "Es wurde keine Gabe aufgezeichnet."
	case "No reading was recorded.":
		return "Es wurde keine Messung aufgezeichnet."
	case "No value after a dose.":
		return "Kein Wert nach einer Gabe."
	case "No value lay beyond any line of the profile.":
		return "Kein Wert lag jenseits einer Grenze des Profils."
	case "No.":
		return "Nr."
	case "Nobody measured while the agent did not run: %s.":
		return "Niemand hat gemessen, während das Programm nicht lief: %s."
	case "None was reached.":
		return "Keine wurde erreicht."
	case "None.":
		return "Keine."
	case "Not a medical device. Does not replace an approved monitor, its alarms, or trained staff in the room.":
		return "Kein Medizinprodukt. Ersetzt weder einen zugelassenen Monitor noch dessen Alarme noch geschultes Personal im Raum."
	case "Not met":
		return "Nicht erfüllt"
	case "Nothing to tell.":
		return "Nichts zu berichten."
	case "Of SpO2 the lowest value. Back: the end of the elevation around the peak.":
		return "Von SpO2 der niedrigste Wert. Zurück: das Ende der Erhöhung um den Gipfel."
	case "Over":
		return "Vorbei"
	case "%d in all: %s.":
		return "%d insgesamt: %s."
	case "%d more on page 2":
		return "%d weitere auf Seite 2"
	case "%d more on a later page":
		return "%d weitere auf einer späteren Seite"
	case "%s, continued":
		return "%s, Fortsetzung"
	case "Alarm suspended":
		return "Alarm ausgesetzt"
	case "%s, until %s":
		return "%s, bis %s"
	case "Overrides and pauses":
		return "Ausnahmen und Pausen"
	case "Peak":
		return "Gipfel"
	case "Area above it":
		return "Fläche darüber"
	case "Area: how far above the baseline, times how long; of pressure the systolic one.":
		return "Fläche: wie weit über dem Ausgangswert mal wie lange; beim Druck der systolische."
	case "%s beats":
		return "%s Schläge"
	case "Hash of the record":
		return "Prüfsumme der Aufzeichnung"
	case "Peaks after the first dose":
		return "Gipfelwerte nach der ersten Gabe"
	case "Phases":
		return "Phasen"
	case "Pressures in %s.":
		return "Drücke in %s."
	case "Priority":
		return "Dringlichkeit"
	case "Profile not clinically approved":
		return "Profil nicht klinisch freigegeben"
	case "Profile":
		return "Profil"
	case "Program":
		return "Programm"
	case "Raised":
		return "Beginn"
	case "Reach test":
		return "Erreichbarkeitstest"
	case "Readings":
		return "Messungen"
	case "Reason":
		return "Grund"
	case "Record %s":
		return "Aufzeichnung %s"
	case "Room":
		return "Raum"
	case "Route":
		return "Zufuhr"
	case "SIMULATED":
		return "SIMULIERT"
	case "TEST, SIMULATED":
		return "TEST, SIMULIERT"
	case "Screening":
		return "Vorabfragen"
	case "Seconds with a value beyond the line; of blood pressure, the readings. Whether it was an alert, the list of alerts says.":
		return "Sekunden mit einem Wert jenseits der Grenze; beim Blutdruck die Messungen. Ob es ein Alarm war, sagt die Liste der Alarme."
	case "Session %s":
		return "Sitzung %s"
	case "Shown":
		return "Angezeigt"
	case "State":
		return "Stand"
	case "Staff's own words as written. Pressures in sentences: mmHg.":
		return "Worte des Personals wie geschrieben. Drücke in Sätzen: mmHg."
	case "The agent and its surroundings":
		return "Das Programm und seine Umgebung"
	case "The session goes on, or its end is not in the record":
		return "Die Sitzung läuft noch, oder ihr Ende fehlt in der Aufzeichnung"
	case "This program does not have the profile as it was, so its lines are not known.":
		return "Dieses Programm hat das Profil nicht in der damaligen Fassung; seine Grenzen sind nicht bekannt."
	case "Time beyond the lines of the profile":
		return "Zeit jenseits der Grenzen des Profils"
	case "Time":
		return "Zeit"
	case "To":
		return "Bis"
	case "Value":
		return "Wert"
	case "Vital sign":
		return "Vitalwert"
	case "What was done, and by whom":
		return "Was getan wurde, und von wem"
	case "What was not measured":
		return "Was nicht gemessen wurde"
	case "What":
		return "Was"
	case "Why":
		return "Warum"
	case "With a value":
		return "Mit Wert"
	case "Without":
		return "Ohne Wert"
	case "Worst":
		return "Schlimmster Wert"
	case "after %s\u00a0s":
		return "nach %s\u00a0s"
	case "back-up %s":
		return "Vertretung %s"
	case "cuff":
		return "Manschette"
	case "limit %s":
		return "Grenze %s"
	case "met":
		return "erfüllt"
	case "no receipt":
		return "keine Bestätigung"
	case "nobody that the record knows of":
		return "niemand, von dem die Aufzeichnung weiß"
	case "nobody":
		return "niemand"
	case "none that the record knows of":
		return "keiner, von dem die Aufzeichnung weiß"
	case "not met":
		return "nicht erfüllt"
	case "not proven":
		return "nicht bewiesen"
	case "not recorded":
		return "nicht aufgezeichnet"
	case "overridden":
		return "übergangen"
	case "to the end":
		return "bis zum Ende"
	}
	return ""
}
