// What the page for people says, in each language. Places in braces as in templates.
#pragma once
#include "web/language.h"

namespace eas::messages {

constexpr Message title{"Your phones and tablets", "Ihre Telefone und Tablets",
                        "Vos téléphones et tablettes"};
constexpr Message signed_in_as{"Signed in as {user}", "Angemeldet als {user}", "Connecté en tant que {user}"};
constexpr Message no_devices{"No device synchronises with this account yet.",
                             "Noch kein Gerät wird mit diesem Konto abgeglichen.",
                             "Aucun appareil ne se synchronise encore avec ce compte."};
constexpr Message device_id{"Device ID", "Gerätekennung", "Identifiant"};
constexpr Message model{"Model", "Modell", "Modèle"};
constexpr Message system{"System", "System", "Système"};
constexpr Message last_sync{"Last synchronised", "Zuletzt abgeglichen", "Dernière synchronisation"};
constexpr Message first_seen{"First seen", "Zuerst gesehen", "Première connexion"};
constexpr Message state{"State", "Zustand", "État"};
constexpr Message never{"never", "nie", "jamais"};
constexpr Message unknown{"unknown", "unbekannt", "inconnu"};

constexpr Message allowed{"Synchronises", "Wird abgeglichen", "Synchronisé"};
constexpr Message quarantined{"Waits until the administrator allows it",
                              "Wartet auf die Freigabe durch den Administrator",
                              "En attente d’autorisation par l’administrateur"};
constexpr Message blocked{"Blocked: it is refused", "Gesperrt: wird abgewiesen",
                          "Bloqué : ses connexions sont refusées"};
constexpr Message wipe_ordered{"will be wiped as soon as it connects",
                               "wird gelöscht, sobald es sich verbindet",
                               "sera effacé dès qu’il se connectera"};
constexpr Message wipe_told{"was told to wipe its data", "wurde angewiesen, seine Daten zu löschen",
                            "a reçu l’ordre d’effacer ses données"};
constexpr Message wipe_done{"has wiped its data", "hat seine Daten gelöscht", "a effacé ses données"};
constexpr Message wipe_failed{"could not wipe its data", "konnte seine Daten nicht löschen",
                              "n’a pas pu effacer ses données"};

constexpr Message remove{"Remove", "Entfernen", "Supprimer"};
constexpr Message wipe{"Wipe device", "Gerät löschen", "Effacer l’appareil"};
constexpr Message wipe_account{"Wipe this account only", "Nur dieses Konto löschen",
                               "Effacer ce compte seulement"};
constexpr Message remove_question{
    "“{name}” is forgotten here. What is on the device stays there; if it connects again, it starts anew.",
    "„{name}“ wird hier vergessen. Was auf dem Gerät ist, bleibt dort; verbindet es sich wieder, beginnt es "
    "von vorn.",
    "« {name} » est oublié ici. Les données de l’appareil y restent ; s’il se reconnecte, il recommence à "
    "zéro."};
constexpr Message wipe_question{"ALL data on “{name}” will be destroyed, also what does not belong to this "
                                "account, as soon as it connects. "
                                "This cannot be undone.",
                                "ALLE Daten auf „{name}“ werden zerstört, auch die, die nicht zu diesem "
                                "Konto gehören, sobald es sich verbindet. "
                                "Das lässt sich nicht rückgängig machen.",
                                "TOUTES les données de « {name} » seront détruites dès qu’il se connectera, "
                                "même celles d’autres comptes. "
                                "Ceci est irréversible."};
constexpr Message wipe_account_question{
    "All data of this account on “{name}” will be destroyed as soon as it connects. Other data on it stays.",
    "Alle Daten dieses Kontos auf „{name}“ werden zerstört, sobald es sich verbindet. Andere Daten bleiben.",
    "Toutes les données de ce compte sur « {name} » seront détruites dès qu’il se connectera. Les autres "
    "restent."};
constexpr Message type_the_name{"Type {name} to confirm", "Geben Sie zur Bestätigung {name} ein",
                                "Saisissez {name} pour confirmer"};
constexpr Message wrong_name{"That is not the name of the device. Nothing was done.",
                             "Das ist nicht der Name des Geräts. Es wurde nichts unternommen.",
                             "Ce n’est pas le nom de l’appareil. Rien n’a été fait."};
constexpr Message removed{"The device was removed.", "Das Gerät wurde entfernt.",
                          "L’appareil a été supprimé."};
constexpr Message will_be_wiped{"The device will be wiped.", "Das Gerät wird gelöscht.",
                                "L’appareil sera effacé."};
constexpr Message account_will_be_wiped{"This account will be wiped from the device.",
                                        "Dieses Konto wird vom Gerät gelöscht.",
                                        "Ce compte sera effacé de l’appareil."};
constexpr Message back{"Back to all devices", "Zurück zu allen Geräten", "Retour à tous les appareils"};

constexpr Message set_up{"Set up a phone or tablet", "Telefon oder Tablet einrichten",
                         "Configurer un téléphone ou une tablette"};
constexpr Message on_apple{
    "iPhone and iPad: {link} and install it in the settings. It asks for your password.",
    "iPhone und iPad: {link} und in den Einstellungen installieren. Dabei wird nach Ihrem Passwort "
    "gefragt.",
    "iPhone et iPad : {link} et installez-le dans les réglages. Votre mot de passe vous sera "
    "demandé."};
constexpr Message profile{"load the profile", "Profil laden", "chargez le profil"};
constexpr Message on_others{
    "Other phones: choose the account type Exchange (or Exchange ActiveSync) and enter:",
    "Andere Telefone: Kontotyp Exchange (oder Exchange ActiveSync) wählen und eingeben:",
    "Autres téléphones : choisissez le type de compte Exchange (ou Exchange ActiveSync) et "
    "saisissez :"};
constexpr Message address{"Email address", "E-Mail-Adresse", "Adresse électronique"};
constexpr Message server{"Server", "Server", "Serveur"};
constexpr Message user_name{"User name", "Benutzername", "Nom d’utilisateur"};
constexpr Message domain{"Domain", "Domäne", "Domaine"};
constexpr Message leave_empty{"(leave empty)", "(leer lassen)", "(laisser vide)"};
constexpr Message encryption{"Secure connection (SSL/TLS)", "Sichere Verbindung (SSL/TLS)",
                             "Connexion sécurisée (SSL/TLS)"};
constexpr Message yes{"yes", "ja", "oui"};

constexpr Message refused{"This was refused", "Das wurde abgewiesen", "Ceci a été refusé"};
constexpr Message not_found{"There is no such page or device.",
                            "Diese Seite oder dieses Gerät gibt es nicht.",
                            "Cette page ou cet appareil n’existe pas."};
constexpr Message bad_form{
    "The form did not come from this page, or is too old. Please try again.",
    "Das Formular kam nicht von dieser Seite oder ist veraltet. Bitte versuchen Sie es erneut.",
    "Le formulaire ne provient pas de cette page ou a expiré. Veuillez réessayer."};
constexpr Message not_possible{"This is not possible with this device.",
                               "Das ist mit diesem Gerät nicht möglich.",
                               "Ceci n’est pas possible avec cet appareil."};
constexpr Message not_enabled{"Synchronisation is not enabled for this account.",
                              "Der Abgleich ist für dieses Konto nicht freigeschaltet.",
                              "La synchronisation n’est pas activée pour ce compte."};

} // namespace eas::messages
