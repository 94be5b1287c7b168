// A name for one operation of a client, made of what tells it from others: a request that comes twice finds
// what it did.
#pragma once
#include "base/text.h"
#include "wbxml/element.h"
#include <algorithm>
#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>

namespace eas {

/// A digest of its pieces, 32 characters.
class OperationName {
public:
    OperationName() : m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free)
    {
        EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr);
    }
    void add(std::string_view bytes)
    {
        auto const length = std::to_string(bytes.size()) + ":";
        EVP_DigestUpdate(m_context.get(), length.data(), length.size());
        EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size());
    }
    void add(Element const &element)
    {
        add(std::to_string(static_cast<unsigned>(element.tag)) + "/" +
            std::to_string(element.children.size()));
        add(element.text);
        for (Element const &child : element.children)
            add(child);
    }
    std::string text()
    {
        unsigned char bytes[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        EVP_DigestFinal_ex(m_context.get(), bytes, &length);
        return hex_encode({reinterpret_cast<char const *>(bytes), std::min<size_t>(length, 16)});
    }

private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> m_context;
};

/// Of what one piece tells from others.
inline std::string operation_name(std::string_view piece)
{
    OperationName name;
    name.add(piece);
    return name.text();
}

} // namespace eas
