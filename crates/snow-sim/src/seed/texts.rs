pub(super) const FIRST_NAMES: [&str; 24] = [
    "Abel", "Beth", "Carlos", "Dana", "Emre", "Fatima", "Goran", "Hanna", "Igor", "Joyce", "Kenji",
    "Lena", "Mario", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Stefan", "Tomoko", "Umar",
    "Vera", "Wendy", "Yusuf",
];
pub(super) const LAST_NAMES: [&str; 20] = [
    "Tuter", "Anglin", "Okafor", "Schmidt", "Nakamura", "Silva", "Novak", "Hansen", "Moreau",
    "Kowalski", "Rossi", "Petrov", "Haddad", "Larsen", "Singh", "Garcia", "Weber", "Chen", "Brown",
    "Dubois",
];
pub(super) const DEPARTMENTS: [&str; 6] =
    ["Finance", "Sales", "Legal", "Production", "Research", "Human Resources"];
pub(super) const ZONES: [&str; 4] = ["", "Europe/Berlin", "America/New_York", "Asia/Tokyo"];
pub(super) const GROUPS: [(&str, &str); 6] = [
    ("Service Desk", "First contact for everybody"),
    ("Hardware", "Laptops, printers, phones"),
    ("Software", "Installation and licences"),
    ("Network", "Cables, wireless, VPN"),
    ("Database", "Databases and backups"),
    ("Field Services", "Visits on site"),
];
pub(super) const COMPUTERS: [(&str, &str); 4] = [
    ("Lenovo", "ThinkPad T14"),
    ("Dell", "Latitude 7440"),
    ("HP", "EliteBook 840"),
    ("Microsoft", "Surface Laptop 6"),
];
/// What is broken, by category.
pub(super) const TROUBLES: [(&str, &str, &str); 15] = [
    ("inquiry", "how-to", "How do I book a meeting room"),
    ("inquiry", "access", "Please give me access to the shared folder"),
    ("inquiry", "password", "Password expired while I was on leave"),
    ("software", "email", "Outlook asks for my password again and again"),
    ("software", "os", "Blue screen after the last update"),
    ("software", "office", "Excel closes when the workbook is large"),
    ("hardware", "printer", "Printer jams"),
    ("hardware", "laptop", "Battery empty after one hour"),
    ("hardware", "dock", "Second screen stays black"),
    ("network", "vpn", "VPN drops every few minutes"),
    ("network", "wireless", "No wireless in the canteen"),
    ("network", "dns", "Intranet page cannot be found"),
    ("database", "query", "Report takes an hour"),
    ("database", "backup", "Nightly backup failed"),
    ("database", "login", "Login to the warehouse refused"),
];
pub(super) const CIRCUMSTANCES: [&str; 10] = [
    "",
    " since this morning",
    " after the move to floor 3",
    ", second time this week",
    " & nobody answers the phone",
    " (urgent)",
    " at the branch in Köln",
    ", works on another machine",
    " since the update",
    ": \u{1f622}",
];
