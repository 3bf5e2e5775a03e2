package report

// germanWord has the words of the public contract that a report shows and no page does, or that a report says in other words than a
// sentence of a page. It stays whole, as a catalogue is read.
func germanWord(english string) string {
	switch english {
	case "Pulse rate":
		return "Pulsfrequenz"
	case "Cuff pressure":
		return "Manschettendruck"
	case "Pleth":
		return "Pleth"
	case "pulse rate":
		return "Pulsfrequenz"
	case "information":
		return "Hinweis"
	case "ended":
		return "beendet"
	case "intranasal":
		return "nasal"
	case "intravenous":
		return "intravenös"
	case "intramuscular":
		return "intramuskulär"
	case "sublingual":
		return "sublingual"
	case "oral":
		return "oral"
	case "yes":
		return "ja"
	case "no":
		return "nein"
	case "low perfusion":
		return "schwache Durchblutung"
	case "not received":
		return "nicht empfangen"
	case "marginal perfusion":
		return "mäßige Durchblutung"
	case "weak signal":
		return "schwaches Signal"
	case "ambient light":
		return "Fremdlicht"
	case "low battery":
		return "Batterie schwach"
	case "device alarm":
		return "Alarm des Geräts"
	case "device alarm silenced":
		return "Alarm des Geräts stumm"
	case "high quality":
		return "gute Qualität"
	case "session begun":
		return "Sitzung begonnen"
	case "uncovered":
		return "ohne erreichte Pflege begonnen"
	case "phase changed":
		return "Phase gewechselt"
	case "baseline missing":
		return "Ausgangswert fehlt"
	case "note taken back":
		return "Notiz zurückgenommen"
	case "pause ended":
		return "Pause beendet"
	case "reading due":
		return "Messung fällig"
	case "reading overdue":
		return "Messung überfällig"
	case "reading missed":
		return "Messung versäumt"
	case "reading failed":
		return "Messung misslungen"
	case "episode began":
		return "Erhöhung begonnen"
	case "episode class":
		return "Erhöhung neu eingestuft"
	case "episode over":
		return "Erhöhung vorbei"
	case "gate":
		return "Freigabe"
	case "observation reached":
		return "Beobachtungszeit erreicht"
	case "agent started":
		return "Programm gestartet"
	case "agent stopped":
		return "Programm beendet"
	case "cuff start":
		return "Manschette gestartet"
	case "cuff stop":
		return "Manschette gestoppt"
	case "clock step":
		return "Uhr verstellt"
	case "audio paused":
		return "Ton pausiert"
	case "alarms paused":
		return "Alarme pausiert"
	case "resumed":
		return "fortgesetzt"
	case "limits set":
		return "Grenzen geändert"
	case "alarm off":
		return "Alarm abgeschaltet"
	case "suspension ended":
		return "Aussetzen beendet"
	case "alarm on":
		return "Alarm eingeschaltet"
	case "station":
		return "Station"
	case "duty":
		return "Dienst"
	case "alarm test":
		return "Testalarm"
	case "reach test":
		return "Erreichbarkeitstest"
	case "access changed":
		return "Zugang geändert"
	case "schedule":
		return "Zeitplan"
	case "page":
		return "Raumseite"
	case "nats":
		return "NATS"
	case "demo":
		return "Vorführung"
	case "room sound":
		return "Ton im Raum"
	case "next person":
		return "nächste Person"
	case "everyone":
		return "alle"
	}
	return ""
}
