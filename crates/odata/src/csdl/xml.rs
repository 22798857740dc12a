use super::bindings::{Binding, bindings};
use super::elements::Elements;
use super::references::references;
use crate::edm::{
    Annotation, AnnotationValue, Edm, EnumType, Facets, NavigationProperty, PrimitiveType,
    Property, Schema, SchemaType, StructuredType, TypeName, TypeRef,
};

const EDMX: &str = "http://docs.oasis-open.org/odata/ns/edmx";
const EDM: &str = "http://docs.oasis-open.org/odata/ns/edm";

/// Writes the model as a CSDL XML document of version 4.0 (CSDL XML 4.01 section 3).
///
/// It says what the model says and nothing else: names are namespace-qualified, facets are
/// written where they differ from the default of CSDL.
pub fn write_xml(edm: &Edm) -> String {
    let mut xml = Elements::new();
    xml.element("edmx:Edmx", &[("Version", "4.0"), ("xmlns:edmx", EDMX)], |xml| {
        for vocabulary in references(edm) {
            let uri = format!("{}.xml", vocabulary.address);
            xml.element("edmx:Reference", &[("Uri", &uri)], |xml| {
                xml.empty("edmx:Include", &[("Namespace", vocabulary.namespace)]);
            });
        }
        xml.element("edmx:DataServices", &[], |xml| {
            for schema in edm.schemas() {
                write_schema(xml, edm, schema);
            }
        });
    });
    xml.finish()
}

fn write_schema(xml: &mut Elements, edm: &Edm, schema: &Schema) {
    let mut attributes = vec![("xmlns", EDM), ("Namespace", schema.namespace.as_ref())];
    attributes.extend(schema.alias.as_deref().map(|alias| ("Alias", alias)));
    xml.element("Schema", &attributes, |xml| {
        for ty in &schema.types {
            match ty {
                SchemaType::Entity(ty) => write_structured(xml, "EntityType", ty),
                SchemaType::Complex(ty) => write_structured(xml, "ComplexType", ty),
                SchemaType::Enum(ty) => write_enum(xml, ty),
            }
        }
        if schema.namespace == edm.container().namespace {
            write_container(xml, edm);
        }
    });
}

fn write_structured(xml: &mut Elements, element: &str, ty: &StructuredType) {
    let base = ty.base.as_ref().map(ToString::to_string);
    let mut attributes = vec![("Name", ty.name.name.as_ref())];
    attributes.extend(base.as_deref().map(|base| ("BaseType", base)));
    if ty.is_abstract {
        attributes.push(("Abstract", "true"));
    }
    xml.element(element, &attributes, |xml| {
        if !ty.key.is_empty() {
            xml.element("Key", &[], |xml| {
                for name in &ty.key {
                    xml.empty("PropertyRef", &[("Name", name)]);
                }
            });
        }
        for property in &ty.properties {
            write_property(xml, property);
        }
        for navigation in &ty.navigation {
            write_navigation(xml, navigation);
        }
        write_annotations(xml, &ty.annotations);
    });
}

fn write_property(xml: &mut Elements, property: &Property) {
    let ty = property.ty.to_string();
    let mut attributes = vec![("Name", property.name.as_ref()), ("Type", ty.as_str())];
    // Of the items of a collection nothing is assumed.
    match (property.nullable, &property.ty) {
        (false, _) => attributes.push(("Nullable", "false")),
        (true, TypeRef::Collection(_)) => attributes.push(("Nullable", "true")),
        (true, _) => {}
    }
    let facets = facets(property);
    attributes.extend(facets.iter().map(|(name, value)| (*name, value.as_str())));
    xml.element("Property", &attributes, |xml| write_annotations(xml, &property.annotations));
}

/// Without a scale a decimal would be a whole number.
fn facets(property: &Property) -> Vec<(&'static str, String)> {
    let Facets { max_length, precision, scale, is_ascii } = property.facets;
    let decimal = &TypeRef::Primitive(PrimitiveType::Decimal);
    let variable = (property.ty.item() == decimal).then(|| "variable".to_owned());
    [
        ("MaxLength", max_length.map(|length| length.to_string())),
        ("Precision", precision.map(|digits| digits.to_string())),
        ("Scale", scale.map(|digits| digits.to_string()).or(variable)),
        ("Unicode", is_ascii.then(|| "false".to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn write_navigation(xml: &mut Elements, navigation: &NavigationProperty) {
    let ty = if navigation.collection {
        format!("Collection({})", navigation.target)
    } else {
        navigation.target.to_string()
    };
    let mut attributes = vec![("Name", navigation.name.as_ref()), ("Type", ty.as_str())];
    attributes.extend(navigation.partner.as_deref().map(|partner| ("Partner", partner)));
    if navigation.contains_target {
        attributes.push(("ContainsTarget", "true"));
    }
    xml.element("NavigationProperty", &attributes, |xml| {
        write_annotations(xml, &navigation.annotations);
    });
}

fn write_enum(xml: &mut Elements, ty: &EnumType) {
    let mut attributes = vec![("Name", ty.name.name.as_ref())];
    if ty.members.iter().any(|member| i32::try_from(member.value).is_err()) {
        attributes.push(("UnderlyingType", "Edm.Int64"));
    }
    if ty.is_flags {
        attributes.push(("IsFlags", "true"));
    }
    xml.element("EnumType", &attributes, |xml| {
        for member in &ty.members {
            let value = member.value.to_string();
            xml.element("Member", &[("Name", &member.name), ("Value", &value)], |xml| {
                write_annotations(xml, &member.annotations);
            });
        }
        write_annotations(xml, &ty.annotations);
    });
}

fn write_container(xml: &mut Elements, edm: &Edm) {
    let container = edm.container();
    xml.element("EntityContainer", &[("Name", &container.name)], |xml| {
        for set in &container.entity_sets {
            let ty = set.entity_type.to_string();
            xml.element("EntitySet", &[("Name", &set.name), ("EntityType", &ty)], |xml| {
                write_bindings(xml, edm, &set.entity_type);
                write_annotations(xml, &set.annotations);
            });
        }
        for singleton in &container.singletons {
            let ty = singleton.entity_type.to_string();
            xml.element("Singleton", &[("Name", &singleton.name), ("Type", &ty)], |xml| {
                write_bindings(xml, edm, &singleton.entity_type);
                write_annotations(xml, &singleton.annotations);
            });
        }
        write_annotations(xml, &container.annotations);
    });
}

fn write_bindings(xml: &mut Elements, edm: &Edm, ty: &TypeName) {
    for Binding { path, target } in bindings(edm, ty) {
        xml.empty("NavigationPropertyBinding", &[("Path", &path), ("Target", target)]);
    }
}

fn write_annotations(xml: &mut Elements, annotations: &[Annotation]) {
    for Annotation { term, value } in annotations {
        write_valued(xml, "Annotation", ("Term", term), value);
    }
}

/// An element with a constant value: as an attribute where there is one for it.
fn write_valued(xml: &mut Elements, element: &str, name: (&str, &str), value: &AnnotationValue) {
    let (attribute, text) = match value {
        AnnotationValue::Collection(_) | AnnotationValue::Record(_) => {
            return xml.element(element, &[name], |xml| write_value(xml, value));
        }
        AnnotationValue::Boolean(value) => ("Bool", value.to_string()),
        AnnotationValue::Int(value) => ("Int", value.to_string()),
        AnnotationValue::String(text) => ("String", text.to_string()),
        AnnotationValue::PropertyPath(path) => ("PropertyPath", path.to_string()),
        AnnotationValue::NavigationPath(path) => ("NavigationPropertyPath", path.to_string()),
        AnnotationValue::EnumMember { ty, member } => ("EnumMember", format!("{ty}/{member}")),
    };
    xml.empty(element, &[name, (attribute, &text)]);
}

fn write_value(xml: &mut Elements, value: &AnnotationValue) {
    match value {
        AnnotationValue::Collection(items) => xml.element("Collection", &[], |xml| {
            for item in items {
                write_value(xml, item);
            }
        }),
        AnnotationValue::Record(members) => xml.element("Record", &[], |xml| {
            for (name, value) in members {
                write_valued(xml, "PropertyValue", ("Property", name), value);
            }
        }),
        AnnotationValue::Boolean(value) => xml.text("Bool", &value.to_string()),
        AnnotationValue::Int(value) => xml.text("Int", &value.to_string()),
        AnnotationValue::String(text) => xml.text("String", text),
        AnnotationValue::PropertyPath(path) => xml.text("PropertyPath", path),
        AnnotationValue::NavigationPath(path) => xml.text("NavigationPropertyPath", path),
        AnnotationValue::EnumMember { ty, member } => {
            xml.text("EnumMember", &format!("{ty}/{member}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edm::fixture;

    #[test]
    fn graph_model_is_declared_exactly() {
        insta::assert_snapshot!(write_xml(&fixture::graph()), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
          <edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml">
            <edmx:Include Namespace="Org.OData.Core.V1"/>
          </edmx:Reference>
          <edmx:DataServices>
            <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="microsoft.graph" Alias="graph">
              <EnumType Name="serviceNowConnectionStatus">
                <Member Name="disabled" Value="0">
                  <Annotation Term="Org.OData.Core.V1.Description" String="Off"/>
                </Member>
                <Member Name="enabled" Value="1"/>
                <Member Name="unknownFutureValue" Value="2"/>
              </EnumType>
              <EntityType Name="entity" Abstract="true">
                <Key>
                  <PropertyRef Name="id"/>
                </Key>
                <Property Name="id" Type="Edm.String" Nullable="false"/>
              </EntityType>
              <EntityType Name="deviceManagement" BaseType="microsoft.graph.entity">
                <NavigationProperty Name="serviceNowConnections" Type="Collection(microsoft.graph.serviceNowConnection)" ContainsTarget="true">
                  <Annotation Term="Org.OData.Core.V1.Description" String="Connections to &quot;ServiceNow&quot; &amp; co."/>
                </NavigationProperty>
              </EntityType>
              <EntityType Name="serviceNowConnection" BaseType="microsoft.graph.entity">
                <Property Name="authenticationMethod" Type="microsoft.graph.serviceNowAuthenticationMethod"/>
                <Property Name="createdDateTime" Type="Edm.DateTimeOffset"/>
                <Property Name="incidentApiUrl" Type="Edm.String"/>
                <Property Name="instanceUrl" Type="Edm.String">
                  <Annotation Term="Org.OData.Core.V1.Description" String="Where the instance is"/>
                </Property>
                <Property Name="lastModifiedDateTime" Type="Edm.DateTimeOffset"/>
                <Property Name="lastQueriedDateTime" Type="Edm.DateTimeOffset"/>
                <Property Name="serviceNowConnectionStatus" Type="microsoft.graph.serviceNowConnectionStatus" Nullable="false"/>
                <Annotation Term="Org.OData.Core.V1.Description" String="A connection"/>
              </EntityType>
              <ComplexType Name="serviceNowAuthenticationMethod" Abstract="true"/>
              <ComplexType Name="serviceNowOauthSecretAuthentication" BaseType="microsoft.graph.serviceNowAuthenticationMethod">
                <Property Name="appId" Type="Edm.String"/>
              </ComplexType>
              <EntityContainer Name="GraphService">
                <Singleton Name="deviceManagement" Type="microsoft.graph.deviceManagement"/>
              </EntityContainer>
            </Schema>
          </edmx:DataServices>
        </edmx:Edmx>
        "#);
    }

    #[test]
    fn flags_sets_and_facets_are_declared() {
        let ty = TypeRef::Enum(TypeName::from_static("test", "flags"));
        insta::assert_snapshot!(write_xml(&fixture::thing_with(&ty)), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
          <edmx:DataServices>
            <Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="test">
              <EntityType Name="thing">
                <Key>
                  <PropertyRef Name="a"/>
                  <PropertyRef Name="b"/>
                </Key>
                <Property Name="a" Type="Edm.String" Nullable="false"/>
                <Property Name="b" Type="Edm.String" Nullable="false"/>
                <Property Name="p" Type="test.flags" Nullable="false"/>
                <Property Name="many" Type="Collection(test.flags)" Nullable="false"/>
              </EntityType>
              <EnumType Name="flags" UnderlyingType="Edm.Int64" IsFlags="true">
                <Member Name="read" Value="1"/>
                <Member Name="write" Value="2"/>
                <Member Name="huge" Value="1099511627776"/>
              </EnumType>
              <EntityContainer Name="container">
                <EntitySet Name="things" EntityType="test.thing"/>
              </EntityContainer>
            </Schema>
          </edmx:DataServices>
        </edmx:Edmx>
        "#);
        let decimal = write_xml(&fixture::thing_with(&TypeRef::Primitive(PrimitiveType::Decimal)));
        assert!(decimal.contains(r#"Type="Edm.Decimal" Nullable="false" Scale="variable""#));
        assert!(decimal.contains(r#"Type="Collection(Edm.Decimal)" Nullable="false" Scale="var"#));
    }
}
