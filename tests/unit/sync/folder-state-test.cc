#include "fakes/memory-mail-store.h"
#include "sync/folder-state.h"
#include <boost/test/unit_test.hpp>

using namespace eas;

BOOST_AUTO_TEST_SUITE(folder_state)

BOOST_AUTO_TEST_CASE(names_with_any_character_survive_being_stored)
{
    FolderState state;
    state.current = {"2", {{"id", "0", "Größe 100% & <x>\ty\nz", 12}, {"id2", "id", "", 1}}, {}};
    state.previous = KeyedHierarchy{"1", {}, {}};
    auto read = parse_folder_state(serialize(state));
    BOOST_REQUIRE(read);
    BOOST_TEST((*read == state));
    auto text = serialize(state);
    for (size_t size = 0; size < text.size() - 1; ++size)
        BOOST_TEST(!parse_folder_state(text.substr(0, size)), size);
}

BOOST_AUTO_TEST_CASE(a_rename_is_an_update_and_a_new_id_an_addition)
{
    std::vector<WireFolder> device{{"a", "0", "A", 12}, {"b", "a", "B", 12}, {"c", "0", "C", 12}};
    std::vector<WireFolder> server{{"a", "0", "A", 12}, {"b", "0", "Bee", 12}, {"d", "0", "C", 12}};
    auto changes = compare_folders(device, server);
    BOOST_TEST(changes.size() == 3u);
    BOOST_REQUIRE(changes.updates.size() == 1u);
    BOOST_TEST(changes.updates[0].name == "Bee");
    BOOST_TEST(changes.updates[0].parent_id == "0");
    BOOST_REQUIRE(changes.adds.size() == 1u);
    BOOST_TEST(changes.adds[0].id == "d");
    BOOST_TEST((changes.deletes == std::vector<std::string>{"c"}));
    BOOST_TEST(compare_folders(server, server).size() == 0u);
}

BOOST_AUTO_TEST_CASE(children_are_deleted_before_their_parents)
{
    std::vector<WireFolder> device{{"a", "0", "A", 12}, {"b", "a", "B", 12}};
    BOOST_TEST((compare_folders(device, {}).deletes == std::vector<std::string>{"b", "a"}));
}

BOOST_AUTO_TEST_CASE(special_folders_have_the_types_of_the_specification)
{
    test::MemoryMailStore store;
    store.add_folder("i", "INBOX", SpecialUse::inbox);
    store.add_folder("d", "Drafts", SpecialUse::drafts);
    store.add_folder("t", "Trash", SpecialUse::trash);
    store.add_folder("s", "Sent", SpecialUse::sent);
    store.add_folder("j", "Junk", SpecialUse::junk);
    store.add_folder("p", "Project", SpecialUse::none, "i");
    auto folders = list_folders(store);
    BOOST_REQUIRE(folders);
    std::vector<int> types;
    for (auto &folder : *folders)
        types.push_back(folder.type);
    BOOST_TEST((types == std::vector<int>{2, 3, 4, 5, 12, 12}));
    BOOST_TEST(folders->front().parent_id == "0");
    BOOST_TEST(folders->back().parent_id == "i");
}

BOOST_AUTO_TEST_SUITE_END()
